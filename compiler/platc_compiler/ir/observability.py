"""Metrics, scrapes, rules, routes and dashboards."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Literal, TypeAlias

from msgspec import Struct

from platc_compiler.diagnostics import Origin
from platc_compiler.ir.labels import Labels
from platc_compiler.ir.network import Pods

Severity: TypeAlias = Literal["critical", "warning", "info"]


class Metric(Struct, frozen=True):
    """A metric that somebody exports."""

    name: str
    """Its exact name; a histogram's base name."""
    service: str
    """Who exports it."""
    labels: tuple[str, ...] = ()
    type: Literal["counter", "gauge", "histogram", "summary", "unknown"] = "unknown"
    help: str = ""
    origin: Origin = ()


class StaticTargets(Struct, frozen=True):
    """Addresses, written out."""

    targets: tuple[str, ...]
    labels: Labels = ()


class PodTargets(Struct, frozen=True):
    """Pods found by the API server: those with the labels, or those that carry the annotation
    ``prometheus.io/scrape``, in the given namespaces (none given: in all).
    """

    namespaces: tuple[str, ...]
    labels: Labels = ()
    annotated: bool = False
    port: int | None = None
    count: int = 1
    """How many pods there are, as far as is known."""


class NodeTargets(Struct, frozen=True):
    """The kubelets of all nodes, over HTTPS with the service account's token."""


class ServiceTargets(Struct, frozen=True):
    """Services and their endpoints that carry the annotation ``prometheus.io/scrape``."""

    namespaces: tuple[str, ...]


Discovery: TypeAlias = StaticTargets | PodTargets | NodeTargets | ServiceTargets


class ScrapeJob(Struct, frozen=True, kw_only=True):
    """A job of prometheus.yml. Its targets carry the label ``service``, by which alerts find their
    way to inhibition and people.
    """

    name: str
    service: str
    """The service it scrapes; empty for discovery across services."""
    discovery: Discovery
    path: str = "/metrics"
    interval: timedelta | None = None
    honor_labels: bool = False
    foreign: bool = False
    """Its samples speak of other things than the service that exports them, so that only ``up``
    keeps the label ``service``."""
    drop: tuple[str, ...] = ()
    """Regular expressions of metric names that are not stored."""
    origin: Origin = ()

    @property
    def has_several_targets(self) -> bool:
        """Whether the service may lose a target and still be there."""
        match self.discovery:
            case StaticTargets(targets):
                return len(targets) > 1
            case PodTargets(count=count, annotated=annotated):
                return annotated or count > 1
        return True


class RuleTest(Struct, frozen=True):
    """Series with which an alert fires, and series with which it stays silent, each as promtool
    writes them: the series, and its values.
    """

    fires: tuple[tuple[str, str], ...]
    silent: tuple[tuple[str, str], ...]


class Alert(Struct, frozen=True, kw_only=True):
    """An alerting rule."""

    name: str
    expr: str
    group: str
    severity: Severity
    lasting: timedelta = timedelta(0)
    """``for``: how long the condition must hold."""
    keep_firing: timedelta | None = None
    summary: str
    description: str = ""
    labels: Labels = ()
    annotations: Labels = ()
    service: str = ""
    """The service it speaks of, for inhibition along ``depends_on``; empty where unknown."""
    liveness: bool = False
    """It says that something is not there or does not run, which no other fault explains away: it
    is told in any case."""
    test: RuleTest | None = None
    origin: Origin = ()


class Recording(Struct, frozen=True, kw_only=True):
    """A recording rule, ``level:metric:operation`` by name."""

    name: str
    expr: str
    group: str
    labels: Labels = ()
    origin: Origin = ()


class Query(Struct, frozen=True):
    """An expression of a panel."""

    expr: str
    legend: str = ""
    origin: Origin = ()


class Panel(Struct, frozen=True, kw_only=True):
    """A panel, laid out on Grafana's grid of 24 columns."""

    title: str
    type: str
    unit: str | None = None
    description: str = ""
    queries: tuple[Query, ...] = ()
    text: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    thresholds: tuple[tuple[str, float | None], ...] = ()
    width: int | None = None
    height: int | None = None
    origin: Origin = ()


class Dashboard(Struct, frozen=True, kw_only=True):
    """A dashboard; its name is its uid."""

    name: str
    title: str
    description: str = ""
    audience: str = "operators"
    home: bool = False
    refresh: timedelta | None = None
    range: timedelta = timedelta(hours=6)
    panels: tuple[Panel, ...]
    origin: Origin = ()


class Monitor(Struct, frozen=True, kw_only=True):
    """A Prometheus server, as far as its configuration must know it."""

    service: str
    pods: Pods
    scrape_interval: timedelta
    evaluation_interval: timedelta
    retention: tuple[timedelta, int] | None
    """Age and bytes, where the version reads them from its configuration instead of flags."""
    external_labels: Labels
    alertmanagers: tuple[str, ...]
    """Host and port of each Alertmanager."""
    annotated_pods: bool
    annotated_services: bool
    kubelet: bool
    cadvisor: bool
    config: Mapping[str, Any]
    """The user's own words, merged over what is generated."""
    origin: Origin


class Notifier(Struct, frozen=True, kw_only=True):
    """An Alertmanager, as far as its configuration must know it."""

    service: str
    secrets: str
    """The folder in which secrets are mounted, ``SECRET/KEY`` below it."""
    smarthost: str
    """Host and port of the mail server, empty without one."""
    config: Mapping[str, Any]
    """The user's own words, merged over what is generated."""
    origin: Origin


class DataSource(Struct, frozen=True, kw_only=True):
    """Where dashboards get their numbers from."""

    uid: str
    name: str
    type: str
    url: str
    interval: timedelta
    default: bool = False


class DashboardServer(Struct, frozen=True, kw_only=True):
    """A Grafana, as far as provisioning must know it."""

    service: str
    workload: str
    """The workload into whose pods a pass mounts the dashboards."""
    folder: str
    """The folder of the pod below which the dashboards stand."""
    schema: int
    """The ``schemaVersion`` of the dashboards that this version writes."""
    sources: tuple[DataSource, ...]
    origin: Origin
