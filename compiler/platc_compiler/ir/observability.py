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
TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount/token"  # noqa: S105 - a path
"""Where Kubernetes mounts the service account's token, by which Prometheus proves who it is."""


TEMPLATES = "/etc/alertmanager/templates"
"""Where Alertmanager finds the user's own templates of messages."""


class Metric(Struct, frozen=True):
    """A metric that a service exports."""

    name: str
    """Its exact name; a histogram's base name."""
    service: str
    """The service that exports it."""
    labels: tuple[str, ...] | None = None
    """Its labels, ``None`` when nothing is said of them."""
    type: Literal["counter", "gauge", "histogram", "summary", "unknown"] = "unknown"
    help: str = ""
    origin: Origin = ()


class Exporter(Struct, frozen=True, kw_only=True):
    """A service whose metrics stand in a catalogue (``expressions/exported_metrics``)."""

    catalogue: str
    service: str = ""
    """The service that exports them, empty for the kubelets."""
    job: str = ""
    """The only job that scrapes them, empty for every job of the service."""
    version: str = ""
    """The version that runs, empty if it is not known."""
    lacks: tuple[str, ...] = ()
    """Beginnings of names that it does not serve here."""


class StaticTargets(Struct, frozen=True):
    """Targets at fixed addresses."""

    targets: tuple[str, ...]
    labels: Labels = ()


class PodTargets(Struct, frozen=True):
    """Pods that service discovery finds by labels or by the annotation ``prometheus.io/scrape``.

    It looks in the given namespaces, or in all when none is given.
    """

    namespaces: tuple[str, ...]
    labels: Labels = ()
    annotated: bool = False
    port: int | None = None
    count: int = 1
    """How many pods there are, when this is known."""
    ports: tuple[int, ...] = ()
    """The only ports on which annotated pods are scraped; every port when empty."""


class NodeTargets(Struct, frozen=True):
    """The kubelets of all nodes, over HTTPS with the service account's token."""


class ServiceTargets(Struct, frozen=True):
    """Services and their endpoints that carry the annotation ``prometheus.io/scrape``."""

    namespaces: tuple[str, ...]
    ports: tuple[int, ...] = ()
    """The only ports of pods on which they are scraped; every port when empty."""


class Probed(Struct, frozen=True):
    """What a probe asks."""

    target: str
    """A URL, or a host with its port."""
    service: str
    """The service that it belongs to."""


class ProbeTargets(Struct, frozen=True):
    """What a prober asks on behalf of Prometheus, all in the same way."""

    module: str
    """The way, by its name in the prober's configuration."""
    prober: str
    """Host and port of the prober."""
    probed: tuple[Probed, ...]


class Access(Struct, frozen=True, kw_only=True):
    """How Prometheus reaches another server with samples, and as whom."""

    address: str
    """Host and port."""
    scheme: str
    path: str
    tenant: str = ""
    user: str = ""
    password_file: str = ""
    token_file: str = ""
    ca_file: str = ""


class Federated(Struct, frozen=True):
    """Another Prometheus, whose newest samples are scraped."""

    access: Access
    matchers: tuple[str, ...]
    """Selectors of the series that are taken."""


class RemoteWrite(Struct, frozen=True):
    """A server to which samples are sent."""

    name: str
    access: Access
    metrics: tuple[str, ...]
    """The only metrics that are sent; all when empty."""


Discovery: TypeAlias = (
    StaticTargets | PodTargets | NodeTargets | ServiceTargets | ProbeTargets | Federated
)


class ScrapeJob(Struct, frozen=True, kw_only=True):
    """A job of prometheus.yml. Its targets carry the label ``service``: routing and inhibition of
    alerts use it.
    """

    name: str
    service: str
    """The service it scrapes; empty for discovery across services."""
    discovery: Discovery
    path: str = "/metrics"
    interval: timedelta | None = None
    honor_labels: bool = False
    foreign: bool = False
    """Its samples describe other things than the service that exports them. Only ``up`` then keeps
    the label ``service``."""
    drop: tuple[str, ...] = ()
    """Regular expressions of metric names that are not stored."""
    keep: tuple[str, ...] | None = None
    """The only names that are stored, ``None`` for every name."""
    sample_limit: int = 0
    """The most samples of one scrape, which is refused as a whole beyond it; 0 is no limit."""
    label_limit: int = 0
    """The most labels of a sample, beyond which a scrape is refused as a whole; 0 is no limit."""
    origin: Origin = ()

    @property
    def has_several_targets(self) -> bool:
        """Whether the service still works when one of its targets is down."""
        match self.discovery:
            case StaticTargets(targets):
                return len(targets) > 1
            case PodTargets(count=count, annotated=annotated):
                return annotated or count > 1
            case ProbeTargets():
                # Each of them is another service's.
                return False
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
    """The service it is about, for inhibition along ``depends_on``; empty when unknown."""
    liveness: bool = False
    """It reports that something is missing or does not run. Inhibition never silences it."""
    test: RuleTest | None = None
    by_grafana: bool = False
    """Grafana evaluates it, and not Prometheus."""
    origin: Origin = ()

    @property
    def every_label(self) -> dict[str, str]:
        """Its labels as they are sent; ``service`` only where the samples do not carry it."""
        service = {"service": self.service} if self.service else {}
        return {"severity": self.severity, **service, **dict(self.labels)}

    @property
    def every_annotation(self) -> dict[str, str]:
        """Its texts, and its further annotations."""
        description = {"description": self.description} if self.description else {}
        return {"summary": self.summary, **description, **dict(self.annotations)}


class Recording(Struct, frozen=True, kw_only=True):
    """A recording rule; its name has the form ``level:metric:operation``."""

    name: str
    expr: str
    group: str
    labels: Labels = ()
    origin: Origin = ()


class Asking(Struct, frozen=True):
    """Where Prometheus looks for what asks for it by its annotation."""

    namespaces: tuple[str, ...] = ()
    """Those of the platform when empty."""
    ports: tuple[int, ...] = ()
    """The only ports; when empty, every port, to which no policy opens a way."""


class SeriesPlan(Struct, frozen=True, kw_only=True):
    """What a Prometheus is expected to store."""

    margin: float
    """How many times the expected series a target may serve."""
    others: int
    """How many pods of others there are in the cluster."""
    age: timedelta
    """For how long samples are kept."""
    size: int
    """Bytes of blocks, beyond which the oldest are deleted."""
    volume: int
    """Bytes of the volume."""


class Monitor(Struct, frozen=True, kw_only=True):
    """A Prometheus server: what its configuration is generated from."""

    service: str
    pods: Pods
    scrape_interval: timedelta
    evaluation_interval: timedelta
    retention: tuple[timedelta, int] | None
    """Age and bytes; ``None`` when the version takes them as flags, not from its configuration."""
    external_labels: Labels
    alertmanagers: tuple[tuple[str, str], ...]
    """Host and port of each Alertmanager, and the path below which it answers."""
    annotated_pods: Asking | None
    annotated_services: Asking | None
    kubelet: bool
    cadvisor: bool
    keep_used: tuple[str, ...] = ()
    """The jobs of which only used metrics are stored."""
    series: SeriesPlan | None = None
    """What it is expected to store, where platform.yaml asks for it."""
    remotes: tuple[RemoteWrite, ...] = ()
    """The servers to which its samples are sent."""
    config: Mapping[str, Any]
    """The user's own configuration, merged over the generated one."""
    origin: Origin


class Prober(Struct, frozen=True, kw_only=True):
    """A service that asks others whether they answer."""

    service: str
    address: str
    """Host and port at which Prometheus asks it."""
    pods: Pods
    interval: timedelta
    without: tuple[str, ...]
    """Services that it does not ask."""
    addresses: tuple[str, ...]
    """The networks of exposed hosts; every public address when empty."""
    origin: Origin


class Notifier(Struct, frozen=True, kw_only=True):
    """An Alertmanager: what its configuration is generated from."""

    service: str
    url: str
    """Where its own pod reaches it."""
    secrets: str
    """The folder in which secrets are mounted, ``SECRET/KEY`` below it."""
    smarthost: str
    """Host and port of the mail server, empty without one."""
    templates: Labels = ()
    """The user's own templates: the name of each file, and its text."""
    config: Mapping[str, Any]
    """The user's own configuration, merged over the generated one."""
    origin: Origin
