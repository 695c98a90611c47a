"""Metrics, alerts, objectives, notifications and dashboards."""

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import Field, model_validator

from platc_spec.base import (
    Delay,
    Duration,
    Identifier,
    Latency,
    Lazily,
    Model,
    Name,
    Refers,
    SecretRef,
    ServiceName,
    matches,
)
from platc_spec.channel import Address, Channel, Email
from platc_spec.routes import Route, TimeInterval, Watchdog

if TYPE_CHECKING:
    from platc_spec.silences import Silence
else:
    # Lazily names the model: its module is imported when platform.yaml states one.
    Silence = Model

TemplateName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*\.tmpl$", max_length=100)]
"""The name of a file of templates, which ends in ``.tmpl``."""
Severity = Literal["critical", "warning", "info"]
PromQL = Annotated[str, Field(min_length=1, max_length=20_000, examples=["up == 0"])]
Evaluator = Literal["prometheus", "grafana"]
"""Who evaluates an alert, and sends it: Prometheus by Alertmanager, or Grafana by its own contact
points."""


class Metric(Model):
    """A metric that the platform's own code exports."""

    help: str
    """Its meaning and its unit."""
    type: Literal["counter", "gauge", "histogram", "summary"] = "gauge"
    """Its Prometheus type."""
    labels: tuple[Identifier, ...] = ()
    """The names of its labels."""
    values: dict[Identifier, Annotated[int, Field(ge=1, le=1_000_000, strict=True)]] = {}
    """How many values each label has at most, for the expected series; 10 if not stated."""
    buckets: tuple[Annotated[float, Field(allow_inf_nan=False)], ...] = ()
    """The upper bounds of a histogram's buckets, without ``+Inf``, if they are fixed."""
    component: Annotated[str, Field(alias="from")]
    """Its exporter: a service, or ``pipeline.task`` of a pipeline."""


class AlertTest(Model):
    """Samples that test an alert, in promtool's series notation ``series values``."""

    fires: str | tuple[str, ...]
    """Samples with which it fires, such as ``up{job="kafka"} 0``. A single value is repeated for as
    long as the test needs."""
    silent: str | tuple[str, ...]
    """Samples with which it stays silent."""


_RECORD = r"^[A-Za-z_:][A-Za-z0-9_:]*$"
RecordName = Annotated[
    str,
    Field(max_length=200, json_schema_extra={"pattern": _RECORD}, examples=["job:errors:rate5m"]),
    matches(_RECORD, "letters, digits, '_' and ':', not beginning with a digit"),
]
"""The name of a series that a rule records."""


class Recording(Model):
    """A recording rule: an expression whose result is stored under a name."""

    record: RecordName
    """The name of the stored series, of the form ``level:metric:operations``."""
    expr: PromQL
    """The expression, in PromQL."""
    labels: dict[Identifier, str] = {}
    """Labels that every stored series gets."""


class Alert(Model):
    """An alerting rule."""

    alertname: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    """Its name in Prometheus, if several alerts have the same; default: its key."""
    expr: PromQL
    """The condition, in PromQL."""
    for_: Annotated[Delay | None, Field(alias="for")] = None
    """How long the condition must hold."""
    keep_firing_for: Delay | None = None
    """How long it goes on firing when the condition has ended."""
    severity: Severity
    """Its severity, which selects the route."""
    summary: str
    """One line for people; ``{{ $labels.x }}`` and ``{{ $value }}`` are replaced."""
    description: str = ""
    """The details, with the values."""
    labels: dict[Identifier, str] = {}
    """Further labels."""
    annotations: dict[Identifier, str] = {}
    """Further annotations. A ``runbook_url`` here takes the place of the one that follows from
    ``monitoring.runbook_url``."""
    steps: tuple[Annotated[str, Field(min_length=1, max_length=2000)], ...] = ()
    """What to do first when it fires: numbered in ``out/runbook/ALERTS.md``."""
    service: ServiceName | None = None
    """The service that it reports on, if the metrics do not show it."""
    evaluated_by: Evaluator | None = None
    """Who evaluates it; default: that of ``monitoring``. Grafana asks its first Prometheus every
    minute, and tells the receivers of ``notifications.routes`` itself: no escalation, silence or
    inhibition of Alertmanager holds there."""
    test: AlertTest | None = None
    """Samples that test it with ``promtool test rules``."""


class LatencyObjective(Model):
    """The good events of an objective as those that a histogram of their durations has below a
    limit.
    """

    histogram: PromQL
    """A selector of the histogram by its base name, such as
    ``http_request_duration_seconds{path="/"}``; its unit is the second."""
    below: Latency
    """The duration up to which an event is good; a classic histogram must have a bucket of it."""
    native: bool = False
    """Whether it is a native histogram, which has no buckets of its own."""


class Objective(Model):
    """A service level objective; its alerts watch the burn rate of its error budget.

    It counts bad events by ``errors`` and ``total``, or slow ones by ``latency``.
    """

    service: ServiceName | None = None
    """The service whose objective it is."""
    objective: Annotated[str, Field(pattern=r"^[0-9]{1,2}(\.[0-9]{1,4})?%$", examples=["99.9%"])]
    """The share of good events, such as ``99.9%``."""
    window: Duration
    """The window of the objective, such as ``30d``."""
    errors: PromQL | None = None
    """A selector of the counter of bad events."""
    total: PromQL | None = None
    """A selector of the counter of all events."""
    latency: Annotated[LatencyObjective, Lazily(__name__, "LatencyObjective")] | None = None
    """The histogram of the events' durations, instead of ``errors`` and ``total``."""
    min_events: Annotated[int, Field(ge=1, le=1_000_000_000, strict=True)] | None = None
    """How many events the longer window of an alert must have before it may fire, so that one bad
    event of a few does not wake anybody; default: any number."""
    description: str = ""
    """The meaning of the objective."""


_CHANNELS = "platc_spec.receivers"
_Slack = Annotated[Channel, Lazily(_CHANNELS, "Slack")]
_Webhook = Annotated[Channel, Lazily(_CHANNELS, "Webhook")]
_PagerDuty = Annotated[Channel, Lazily(_CHANNELS, "PagerDuty")]
_Opsgenie = Annotated[Channel, Lazily(_CHANNELS, "Opsgenie")]
_MsTeams = Annotated[Channel, Lazily(_CHANNELS, "MsTeams")]
_MsTeamsV2 = Annotated[Channel, Lazily(_CHANNELS, "MsTeamsV2")]
_Telegram = Annotated[Channel, Lazily(_CHANNELS, "Telegram")]
_Discord = Annotated[Channel, Lazily(_CHANNELS, "Discord")]
_Pushover = Annotated[Channel, Lazily(_CHANNELS, "Pushover")]
_Sns = Annotated[Channel, Lazily(_CHANNELS, "Sns")]
_VictorOps = Annotated[Channel, Lazily(_CHANNELS, "VictorOps")]
_Webex = Annotated[Channel, Lazily(_CHANNELS, "Webex")]
_WeChat = Annotated[Channel, Lazily(_CHANNELS, "WeChat")]
_Jira = Annotated[Channel, Lazily(_CHANNELS, "Jira")]
_RocketChat = Annotated[Channel, Lazily(_CHANNELS, "RocketChat")]
_Mattermost = Annotated[Channel, Lazily(_CHANNELS, "Mattermost")]
_IncidentIo = Annotated[Channel, Lazily(_CHANNELS, "IncidentIo")]


class Receiver(Model):
    """A receiver of alerts, with one channel or several."""

    email: Address | Email | None = None
    """An address, or an address with a subject."""
    slack: _Slack | None = None
    """A Slack channel."""
    webhook: _Webhook | None = None
    """An HTTP endpoint."""
    pagerduty: _PagerDuty | None = None
    """PagerDuty."""
    opsgenie: _Opsgenie | None = None
    """Opsgenie."""
    msteams: _MsTeams | None = None
    """Microsoft Teams, through a connector of Office 365."""
    msteamsv2: _MsTeamsV2 | None = None
    """Microsoft Teams, through a workflow."""
    telegram: _Telegram | None = None
    """A Telegram chat."""
    discord: _Discord | None = None
    """A Discord channel."""
    pushover: _Pushover | None = None
    """Phones, by Pushover."""
    sns: _Sns | None = None
    """Amazon SNS."""
    victorops: _VictorOps | None = None
    """VictorOps (Splunk On-Call)."""
    webex: _Webex | None = None
    """A room of Webex."""
    wechat: _WeChat | None = None
    """WeChat Work."""
    jira: _Jira | None = None
    """Issues of Jira."""
    rocketchat: _RocketChat | None = None
    """A channel of Rocket.Chat."""
    mattermost: _Mattermost | None = None
    """A channel of Mattermost."""
    incidentio: _IncidentIo | None = None
    """incident.io."""
    send_resolved: bool = True
    """Whether the end of an alert is sent too."""

    @property
    def channels(self) -> dict[str, Channel]:
        """The stated channels by the name of their type, without mail."""
        return {
            name: value
            for name in type(self).model_fields
            if isinstance(value := getattr(self, name), Channel)
        }


class Smtp(Model):
    """The mail server of Alertmanager and Airflow."""

    service: Annotated[ServiceName, Refers("service", reached=True)]
    """The service of the mail server: its first port is used."""
    require_tls: bool = True
    """Whether mail is sent over TLS only (STARTTLS, on port 465 from the first byte)."""
    sender: Annotated[str, Field(alias="from", pattern=r"^[^@\s]+@[^@\s]+$")]
    """The sender's address."""
    username: str | None = None
    """The user to log in as."""
    password: Annotated[SecretRef, Refers("secret", issuer="the mail server")] | None = None
    """The declared secret that holds the password."""


class EscalationStep(Model):
    """The receiver of an alert that keeps firing."""

    after: Duration
    """The time that it has been firing."""
    to: Name
    """The receiver."""


class Routes(Model):
    """The receiver of an alert, by severity: a name, or a mapping with its times and rhythm."""

    default: Name
    """The receiver of alerts without another route."""
    critical: Name | Route | None = None
    """The receiver of critical alerts."""
    warning: Name | Route | None = None
    """The receiver of warnings."""
    info: Name | Route | None = None
    """The receiver of alerts of severity info."""


AGAIN = 3
"""How many silences may come again: each of them doubles the routes of Alertmanager."""


class Notifications(Model):
    """The receivers of alerts, their routes, and the grouping of alerts."""

    group_by: tuple[Identifier, ...] = ("alertname", "severity")
    """Alerts that agree in these labels come in one message."""
    group_wait: Delay = timedelta(seconds=30)
    """How long the first message of a group waits for more."""
    group_interval: Duration = timedelta(minutes=5)
    """The time after which a change of a group is sent."""
    repeat_interval: Duration = timedelta(hours=12)
    """The time after which a group that still fires is sent again."""
    smtp: Smtp | None = None
    """The mail server."""
    routes: Routes
    """The receiver of each severity."""
    watchdog: Name | Watchdog | None = None
    """The receiver of the always-firing alert, once a day: preferably a webhook that raises the
    alarm when nothing arrives. Default: the default receiver, who must notice a missing mail. A
    mapping states another rhythm."""
    receivers: Annotated[dict[Name, Receiver], Field(min_length=1)]
    """The receivers, by name."""
    escalation: dict[Severity, tuple[EscalationStep, ...]] = {}
    """The further receivers of alerts that keep firing, by severity."""
    time_intervals: dict[Name, tuple[TimeInterval, ...]] = {}
    """Times for the routes and silences, by name."""
    silences: dict[Name, Annotated[Silence, Lazily("platc_spec.silences", "Silence")]] = {}
    """Planned silences, by name. One with a start and an end is set by the script
    ``out/alertmanager/silences.sh``."""
    templates: dict[TemplateName, str] = {}
    """Templates of your own, by the name of their file: the text, or the path of a ``.tmpl`` file
    beside platform.yaml."""

    @model_validator(mode="after")
    def _few_intervals(self) -> Self:
        if sum(1 for silence in self.silences.values() if silence.during) > AGAIN:
            raise ValueError(f"at most {AGAIN} silences may have intervals under 'during'")
        return self
