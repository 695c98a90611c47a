"""Metrics, alerts, objectives, notifications and dashboards."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field

from platc_spec.base import Duration, Identifier, Model, Name, Refers, SecretRef, ServiceName

Severity = Literal["critical", "warning", "info"]
PromQL = Annotated[str, Field(min_length=1, max_length=20_000, examples=["up == 0"])]


class Metric(Model):
    """A metric that the platform's own code exports."""

    help: str
    """What it measures, and in which unit."""
    type: Literal["counter", "gauge", "histogram", "summary"] = "gauge"
    """Its Prometheus type."""
    labels: tuple[Identifier, ...] = ()
    """The names of its labels."""
    component: Annotated[str, Field(alias="from")]
    """Who exports it: a service, or ``pipeline.task`` of a pipeline."""


class AlertTest(Model):
    """Samples that prove an alert: promtool's series notation, ``series values``."""

    fires: str | tuple[str, ...]
    """Samples with which it fires, such as ``up{job="kafka"} 0``. A single value is held for as
    long as the test needs."""
    silent: str | tuple[str, ...]
    """Samples with which it stays silent."""


class Alert(Model):
    """An alerting rule."""

    expr: PromQL
    """The condition, in PromQL."""
    for_: Annotated[Duration | None, Field(alias="for")] = None
    """How long the condition must hold."""
    keep_firing_for: Duration | None = None
    """How long it goes on firing when the condition has ended."""
    severity: Severity
    """How bad it is: it chooses the route."""
    summary: str
    """One line for people; ``{{ $labels.x }}`` and ``{{ $value }}`` are filled in."""
    description: str = ""
    """What is wrong, with the values."""
    labels: dict[Identifier, str] = {}
    """Further labels."""
    annotations: dict[Identifier, str] = {}
    """Further annotations, such as ``runbook_url``."""
    service: ServiceName | None = None
    """The service that it speaks of, where the metrics do not tell."""
    test: AlertTest | None = None
    """Samples that prove it, for ``promtool test rules``."""


class Objective(Model):
    """A service level objective, alerted on by how fast its error budget burns."""

    service: ServiceName | None = None
    """The service whose objective it is."""
    objective: Annotated[str, Field(pattern=r"^[0-9]{1,2}(\.[0-9]{1,4})?%$", examples=["99.9%"])]
    """The share of good events, such as ``99.9%``."""
    window: Duration
    """The time over which it is reckoned, such as ``30d``."""
    errors: PromQL
    """A selector of the counter of bad events."""
    total: PromQL
    """A selector of the counter of all events."""
    description: str = ""
    """What is promised."""


class Email(Model):
    """Mail to somebody."""

    to: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")]
    """The address."""
    subject: str | None = None
    """The subject; left out, severity and alert."""


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
    """Somebody who is told."""

    email: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")] | Email | None = None
    """An address, or an address with a subject."""
    slack: Slack | None = None
    """A Slack channel."""
    webhook: Webhook | None = None
    """An HTTP endpoint."""
    send_resolved: bool = True
    """Whether the end of an alert is told as well."""


class Smtp(Model):
    """The mail server that Alertmanager and Airflow send through."""

    service: Annotated[ServiceName, Refers("service", reached=True)]
    """The service that is the mail server: its first port is used."""
    require_tls: bool = True
    """Whether mail is sent over TLS only (STARTTLS, on port 465 from the first byte)."""
    sender: Annotated[str, Field(alias="from", pattern=r"^[^@\s]+@[^@\s]+$")]
    """The sender's address."""
    username: str | None = None
    """The user to log in as."""
    password: Annotated[SecretRef, Refers("secret", issuer="the mail server")] | None = None
    """The declared secret that holds the password."""


class EscalationStep(Model):
    """Who is told when an alert goes on."""

    after: Duration
    """How long it has been firing."""
    to: Name
    """The receiver."""


class Routes(Model):
    """Which receiver an alert goes to, by severity."""

    default: Name
    """Whoever gets what no other route takes."""
    critical: Name | None = None
    """Whoever gets critical alerts."""
    warning: Name | None = None
    """Whoever gets warnings."""
    info: Name | None = None
    """Whoever gets mere information."""


class Notifications(Model):
    """Whom alerts are told to, and how they are grouped."""

    group_by: tuple[Identifier, ...] = ("alertname", "severity")
    """Alerts that agree in these labels come in one message."""
    group_wait: Duration = timedelta(seconds=30)
    """How long the first message of a group waits for more."""
    group_interval: Duration = timedelta(minutes=5)
    """How long it takes until a change of a group is told."""
    repeat_interval: Duration = timedelta(hours=12)
    """How long it takes until a group that still fires is told again."""
    smtp: Smtp | None = None
    """The mail server."""
    routes: Routes
    """Which receiver gets which severity."""
    watchdog: Name | None = None
    """Whoever gets the always-firing alert, once a day: best a webhook that raises the alarm when
    nothing arrives. Left out, the default receiver, for whom a missing mail is the alarm."""
    receivers: Annotated[dict[Name, Receiver], Field(min_length=1)]
    """The receivers, by name."""
    escalation: dict[Severity, tuple[EscalationStep, ...]] = {}
    """Who else is told when an alert of a severity goes on."""


class Query(Model):
    """A line, value or row of a panel."""

    expr: PromQL
    """The expression."""
    legend: str = ""
    """Its name; ``{{label}}`` is filled in."""


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
    """Its type, one that Grafana has (``graph`` is long gone)."""
    unit: str | None = None
    """Grafana's unit id, such as ``s``, ``bytes``, ``percentunit``, ``short``, ``recps``."""
    description: str = ""
    """What it shows."""
    expr: PromQL | None = None
    """Its one expression; several stand in ``queries``."""
    legend: str = ""
    """The name of what ``expr`` yields."""
    queries: tuple[Query, ...] = ()
    """Its expressions, when there are several."""
    text: str | None = None
    """Markdown, for a panel of type ``text``."""
    min: float | None = None
    """The low end of the scale."""
    max: float | None = None
    """The high end of the scale."""
    thresholds: dict[Literal["green", "yellow", "orange", "red", "blue"], float | None] = {}
    """Colours by the value from which they hold; ``null`` is the base."""
    width: Annotated[int, Field(ge=1, le=24, strict=True)] | None = None
    """Columns out of 24; left out, what suits the type."""
    height: Annotated[int, Field(ge=2, le=40, strict=True)] | None = None
    """Rows; left out, what suits the type."""


class Dashboard(Model):
    """A Grafana dashboard."""

    title: str
    """Its title."""
    description: str = ""
    """What it answers."""
    audience: Literal["operators", "developers", "management"] = "operators"
    """Whom it is for: the folder it stands in."""
    home: bool = False
    """Whether Grafana opens with it."""
    refresh: Duration | None = timedelta(minutes=1)
    """How often it is refreshed."""
    range: Duration = timedelta(hours=6)
    """How far back it looks."""
    panels: Annotated[tuple[Panel, ...], Field(min_length=1)]
    """Its panels, from left to right and top to bottom."""
