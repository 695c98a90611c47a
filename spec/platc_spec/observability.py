"""Metrics, alerts, objectives, notifications and dashboards."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field

from platc_spec.base import Delay, Duration, Identifier, Model, Name, Refers, SecretRef, ServiceName

Severity = Literal["critical", "warning", "info"]
PromQL = Annotated[str, Field(min_length=1, max_length=20_000, examples=["up == 0"])]


class Metric(Model):
    """A metric that the platform's own code exports."""

    help: str
    """Its meaning and its unit."""
    type: Literal["counter", "gauge", "histogram", "summary"] = "gauge"
    """Its Prometheus type."""
    labels: tuple[Identifier, ...] = ()
    """The names of its labels."""
    component: Annotated[str, Field(alias="from")]
    """Its exporter: a service, or ``pipeline.task`` of a pipeline."""


class AlertTest(Model):
    """Samples that test an alert, in promtool's series notation ``series values``."""

    fires: str | tuple[str, ...]
    """Samples with which it fires, such as ``up{job="kafka"} 0``. A single value is repeated for as
    long as the test needs."""
    silent: str | tuple[str, ...]
    """Samples with which it stays silent."""


class Alert(Model):
    """An alerting rule."""

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
    """Further annotations, such as ``runbook_url``."""
    service: ServiceName | None = None
    """The service that it reports on, if the metrics do not show it."""
    test: AlertTest | None = None
    """Samples that test it with ``promtool test rules``."""


class Objective(Model):
    """A service level objective; its alerts watch the burn rate of its error budget."""

    service: ServiceName | None = None
    """The service whose objective it is."""
    objective: Annotated[str, Field(pattern=r"^[0-9]{1,2}(\.[0-9]{1,4})?%$", examples=["99.9%"])]
    """The share of good events, such as ``99.9%``."""
    window: Duration
    """The window of the objective, such as ``30d``."""
    errors: PromQL
    """A selector of the counter of bad events."""
    total: PromQL
    """A selector of the counter of all events."""
    description: str = ""
    """The meaning of the objective."""


class Email(Model):
    """A mail."""

    to: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")]
    """The address."""
    subject: str | None = None
    """The subject; default: severity and alert."""


class Slack(Model):
    """A message to a Slack channel through an incoming webhook."""

    channel: Annotated[str, Field(pattern=r"^[#@].+$")]
    """The channel, such as ``#data-alerts``."""
    webhook: Annotated[SecretRef, Refers("secret", issuer="Slack")]
    """The declared secret that holds the webhook's URL."""
    title: str | None = None
    """The title of the message."""


class Webhook(Model):
    """An HTTP call with Alertmanager's JSON."""

    url: Annotated[SecretRef, Refers("secret", issuer="the receiver")]
    """The declared secret that holds the URL."""


class Receiver(Model):
    """A receiver of alerts."""

    email: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")] | Email | None = None
    """An address, or an address with a subject."""
    slack: Slack | None = None
    """A Slack channel."""
    webhook: Webhook | None = None
    """An HTTP endpoint."""
    send_resolved: bool = True
    """Whether the end of an alert is sent too."""


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
    """The receiver of an alert, by severity."""

    default: Name
    """The receiver of alerts without another route."""
    critical: Name | None = None
    """The receiver of critical alerts."""
    warning: Name | None = None
    """The receiver of warnings."""
    info: Name | None = None
    """The receiver of alerts of severity info."""


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
    watchdog: Name | None = None
    """The receiver of the always-firing alert, once a day: preferably a webhook that raises the
    alarm when nothing arrives. Default: the default receiver, who must notice a missing mail."""
    receivers: Annotated[dict[Name, Receiver], Field(min_length=1)]
    """The receivers, by name."""
    escalation: dict[Severity, tuple[EscalationStep, ...]] = {}
    """The further receivers of alerts that keep firing, by severity."""


class Query(Model):
    """A line, value or row of a panel."""

    expr: PromQL
    """The expression."""
    legend: str = ""
    """Its name; ``{{label}}`` is replaced."""


PanelType = Literal[
    "timeseries",
    "stat",
    "gauge",
    "bargauge",
    "table",
    "heatmap",
    "piechart",
    "state-timeline",
    "text",
]


class Panel(Model):
    """A panel of a dashboard."""

    title: str
    """Its heading."""
    type: PanelType = "timeseries"
    """Its type, one of Grafana's (Grafana has removed ``graph``)."""
    unit: str | None = None
    """Grafana's unit id, such as ``s``, ``bytes``, ``percentunit``, ``short``, ``recps``."""
    description: str = ""
    """Its description."""
    expr: PromQL | None = None
    """Its expression; write several under ``queries``."""
    legend: str = ""
    """The legend of ``expr``."""
    queries: tuple[Query, ...] = ()
    """Its expressions, if there are several."""
    text: str | None = None
    """Markdown, for a panel of type ``text``."""
    min: float | None = None
    """The minimum of the scale."""
    max: float | None = None
    """The maximum of the scale."""
    thresholds: dict[Literal["green", "yellow", "orange", "red", "blue"], float | None] = {}
    """Colours by the value from which they apply; ``null`` is the base."""
    width: Annotated[int, Field(ge=1, le=24, strict=True)] | None = None
    """Its width in columns, of 24; default: a width for its type."""
    height: Annotated[int, Field(ge=2, le=40, strict=True)] | None = None
    """Its height in rows; default: a height for its type."""


class Dashboard(Model):
    """A Grafana dashboard."""

    title: str
    """Its title."""
    description: str = ""
    """Its purpose."""
    audience: Literal["operators", "developers", "management"] = "operators"
    """Its audience, which selects its folder."""
    home: bool = False
    """Whether it is Grafana's start page."""
    refresh: Duration | None = timedelta(minutes=1)
    """How often it is refreshed."""
    range: Duration = timedelta(hours=6)
    """The time range that it shows."""
    panels: Annotated[tuple[Panel, ...], Field(min_length=1)]
    """Its panels, from left to right and top to bottom."""
