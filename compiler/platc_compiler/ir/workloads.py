"""Workloads: pods under a controller, with what belongs to them."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal, TypeAlias

from msgspec import Struct

from platc_compiler.diagnostics import Origin
from platc_compiler.ir.labels import Labels, selector_labels
from platc_compiler.ir.network import Pods
from platc_compiler.ir.pods import Pod


class Deployment(Struct, frozen=True, kw_only=True):
    """Interchangeable pods."""

    replicas: int = 1
    recreate: bool = False
    """Old pods end before new ones start; needed for a volume that one node can mount at a time."""
    surge: int = 0
    """Pods beyond ``replicas`` during a roll-out; 0 rolls within the budget of the steady state. A
    pass gives a single replica one where there is room."""
    alone: bool = False
    """Pods of two versions must not run beside each other: it never surges."""


class StatefulSet(Struct, frozen=True, kw_only=True):
    """Pods with names and volumes of their own, behind a headless service."""

    replicas: int = 1


class Operator(Struct, frozen=True, kw_only=True):
    """Pods that an operator replaces one by one, with names and volumes of their own. Kubernetes
    knows no controller of them.
    """

    kind: str
    """The kind of the object that the operator acts on."""
    replicas: int = 1


class DaemonSet(Struct, frozen=True):
    """A pod on every node."""


class Job(Struct, frozen=True, kw_only=True):
    """A pod that runs to its end."""

    retries: int = 3
    deadline: timedelta
    """How long it may take (``activeDeadlineSeconds``)."""
    keep: timedelta | None = timedelta(hours=1)
    """How long it is kept when it has ended (``ttlSecondsAfterFinished``); ``None`` for ever."""


class CronJob(Struct, frozen=True, kw_only=True):
    """A job on a schedule; two runs never overlap, except while the older one is ending."""

    schedule: str
    job: Job
    time_zone: str = "Etc/UTC"
    """The IANA name of the zone in which the schedule is meant."""
    replaces: bool = False
    """Whether a run ends the one before it, instead of being left out."""
    kept: int = 1
    """Succeeded runs that are kept."""
    kept_failed: int = 3
    """Failed runs that are kept."""
    starting_deadline: timedelta = timedelta(minutes=10)
    suspended: bool = False


Controller: TypeAlias = Deployment | StatefulSet | Operator | DaemonSet | Job | CronJob


def controller_kind(controller: Controller) -> str:
    """Return the kind of the object that keeps pods."""
    return controller.kind if isinstance(controller, Operator) else type(controller).__name__


class Query(Struct, frozen=True):
    """A metric by which pods are added and removed."""

    name: str
    """The name under which an API of Kubernetes has its value, the only one of the cluster."""
    text: str
    """The expression, in PromQL."""
    per_pod: int
    """How much of it one pod takes, in thousandths."""
    server: str
    """The URL of the Prometheus that answers it."""
    source: Literal["prometheus-adapter", "keda"]
    """Who asks it."""


class Scaling(Struct, frozen=True, kw_only=True):
    """An autoscaler of a controller, whose ``replicas`` are then the most that it can have."""

    least: int
    cpu: int | None = None
    """The use that is aimed at, in percent of the requests."""
    memory: int | None = None
    """The same for memory."""
    query: Query | None = None
    settle: int = 300
    """For how many seconds fewer pods must be enough before some are removed."""
    origin: Origin


class ServicePort(Struct, frozen=True):
    """A port of a Service object."""

    name: str
    port: int
    """The port clients connect to."""
    target: int
    """The port of the pod; network policies use this one."""
    protocol: Literal["TCP", "UDP"] = "TCP"


class Exposure(Struct, frozen=True, kw_only=True):
    """A Service object for the pods of a workload."""

    name: str
    ports: tuple[ServicePort, ...]
    headless: bool = False
    all_pods: bool = False
    """Addresses of pods that are not ready are published as well."""


class Artefact(Struct, frozen=True):
    """A file that a target writes, and that a pod reads too: ``prometheus/prometheus.yml``."""

    path: str


class Config(Struct, frozen=True):
    """A ConfigMap of a workload. The pods carry its checksum: a change replaces them."""

    name: str
    files: tuple[tuple[str, str | Artefact], ...]
    """Key and content."""
    artefacts: str | None = None
    """A prefix: every artefact below it is added to ``files`` under its base name."""
    reloads: bool = False
    """Whether the program reads changes by itself; then the pods carry no checksum."""
    shared: bool = False
    """Whether pods of other workloads or tasks mount it too."""
    binary: tuple[tuple[str, str], ...] = ()
    """Key and content in Base64 of files that are no texts."""
    released: bool = False
    """Whether what it holds has an effect that stays: a later build is compared with it."""

    @property
    def texts(self) -> dict[str, str]:
        """The files whose text no target makes, by key."""
        return {key: text for key, text in self.files if not isinstance(text, Artefact)}


class Rule(Struct, frozen=True):
    """A rule of RBAC."""

    groups: tuple[str, ...]
    resources: tuple[str, ...]
    verbs: tuple[str, ...]
    names: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    """nonResourceURLs; ``groups`` and ``resources`` are then empty."""


class Rights(Struct, frozen=True, kw_only=True):
    """What a service account may do."""

    account: str
    namespace: str
    rules: tuple[Rule, ...]
    cluster: bool = False
    """In every namespace (ClusterRole) instead of one."""
    within: str = ""
    """The namespace in which it may; left empty, that of the account."""
    account_annotations: tuple[tuple[str, str], ...] = ()
    """Annotations of the account."""
    mounted: bool = False
    """Whether its token is mounted in pods of which nothing else says so."""
    origin: Origin = ()


class Scrape(Struct, frozen=True, kw_only=True):
    """Where a pod serves metrics."""

    port: int
    path: str = "/metrics"
    job: str | None = None
    """The job's name; left out, the service's."""
    foreign: bool = False
    """Whether the samples describe other things than this service: nodes, other pods."""
    sample_limit: int = 0
    """The most samples of one scrape; 0 is no limit."""


class Workload(Struct, frozen=True, kw_only=True):
    """Pods under a controller, with their configuration, addresses and metrics."""

    name: str
    """The name of its objects, unique in the namespace: ``airflow-scheduler``."""
    namespace: str
    service: str
    """The service in platform.yaml that it is part of (``app.kubernetes.io/instance``)."""
    app: str
    """What its pods run (``app.kubernetes.io/name``), such as ``airflow``."""
    component: str
    """Its component of the service (``app.kubernetes.io/component``)."""
    replica_of: str = ""
    """The name of the workload whose data its pods have a copy of: they are further pods of it, and
    stand by the same placement."""
    version: str = ""
    controller: Controller
    pod: Pod
    exposures: tuple[Exposure, ...] = ()
    configs: tuple[Config, ...] = ()
    scrape: Scrape | None = None
    scaling: Scaling | None = None
    account_annotations: tuple[tuple[str, str], ...] = ()
    """Annotations of its service account."""
    selected_by: Labels = ()
    """The labels that select its pods, where no target makes its object: somebody else wrote it
    (:class:`~.platform.Included`), or an operator makes the pods."""
    origin: Origin

    @property
    def selector(self) -> Labels:
        """The labels that select its pods and no others."""
        return self.selected_by or selector_labels(self.app, self.service, self.component)

    @property
    def endpoint(self) -> Pods:
        """Its pods as an end of a connection."""
        return Pods(self.name, self.namespace, self.selector)

    @property
    def always_there(self) -> bool:
        """Whether pods of it run all the time, on some node."""
        match self.controller:
            case (
                Deployment(replicas=replicas)
                | StatefulSet(replicas=replicas)
                | Operator(replicas=replicas)
            ):
                return replicas > 0
            case controller:
                return isinstance(controller, DaemonSet)
