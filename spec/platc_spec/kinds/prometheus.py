"""``prometheus``: collects metrics, and evaluates rules over them."""

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from platc_spec.base import (
    Config,
    Duration,
    Env,
    Identifier,
    Lazily,
    Memory,
    Model,
    Name,
    PortNumber,
    Resources,
    ServerUrl,
    Version,
)
from platc_spec.service import Deployed, exposed_url

if TYPE_CHECKING:
    from platc_spec.remote import Federated, RemoteWrite, Thanos
    from platc_spec.series import Series
else:
    # Lazily names the model: its module is imported when platform.yaml states one.
    Federated = RemoteWrite = Series = Thanos = Model

JobName = Annotated[str, Field(min_length=1, max_length=100)]
"""The name of a job: of a service, or ``cadvisor``, ``kubelet``, ``kubernetes-pods``."""


class Retention(Model):
    """How long samples are kept: until one of the two limits is reached."""

    time: Duration = timedelta(days=15)
    """The age at which they are deleted."""
    size: Memory | None = None
    """The maximum size of all blocks on the volume; default: 80 % of it. The write-ahead log and
    the block that is being written need more space, so it must be below the volume's size."""


class Asking(Model):
    """Where Prometheus looks for what asks for it by its annotation, and on which ports."""

    namespaces: Annotated[tuple[Name, ...], Field(min_length=1)]
    """The namespaces: of the platform, or of an external."""
    ports: Annotated[tuple[PortNumber, ...], Field(min_length=1)]
    """The ports of the pods. The policies open them, for all pods of these namespaces; what asks
    with another port is not scraped."""


class Discover(Model):
    """The targets beside the services that declare their metrics."""

    pods: bool | Asking = True
    """Pods with the annotation ``prometheus.io/scrape``: in the platform's namespaces, to which no
    policy opens a way, or where it is stated."""
    services: bool | Asking = True
    """Services with the annotation ``prometheus.io/scrape``, in the same way."""
    kubelet: bool = True
    """The kubelets, which measure the volumes."""
    cadvisor: bool = True
    """The CPU, memory and network usage of containers, from the kubelets' cAdvisor."""


class Prometheus(Deployed):
    """A Prometheus server with its volume, its rights for discovery, its jobs and rules."""

    kind: Literal["prometheus"]
    version: Version = "3.14.0"
    """The version of Prometheus, 3.0 or later."""
    storage: Memory = 10 << 30
    """The size of its volume."""
    storage_class: str | None = None
    """The StorageClass of its volume; default: the cluster's default."""
    retention: Retention = Retention()
    """How long samples are kept."""
    scrape_interval: Duration = timedelta(seconds=15)
    """How often targets are scraped."""
    evaluation_interval: Duration = timedelta(seconds=15)
    """How often rules are evaluated."""
    wal_compression: bool = True
    """Whether the write-ahead log is compressed."""
    external_labels: dict[Identifier, str] = {}
    """Labels added to alerts that leave it."""
    external_url: ServerUrl = exposed_url("http://localhost:9090")
    """Where people reach it; it stands in the links of alerts. Below its path, everything is
    served."""
    discover: Discover = Discover()
    """The targets beside the services that declare their metrics."""
    keep_used: tuple[JobName, ...] = ()
    """Jobs of which only those metrics are stored that a rule, a panel, an objective or an
    autoscaler uses, such as ``cadvisor`` or the name of a service. All others are dropped after
    each scrape: they take no memory, but nobody can look at them later."""
    series: Annotated[Series, Lazily("platc_spec.series", "Series")] | None = None
    """How many series it is expected to store; targets are then limited, and its memory and its
    volume are compared with them. ``series: {}`` takes the defaults."""
    remote_write: dict[
        Name, Annotated[RemoteWrite, Lazily("platc_spec.remote", "RemoteWrite")]
    ] = {}
    """Servers to which its samples are sent, by a name that stands in their metrics."""
    federation: dict[Name, Annotated[Federated, Lazily("platc_spec.remote", "Federated")]] = {}
    """Other Prometheus, whose newest samples it scrapes, by the name of the job."""
    thanos: Annotated[Thanos, Lazily("platc_spec.remote", "Thanos")] | None = None
    """The sidecar of Thanos, for queries over several Prometheus, and for an archive of samples in
    an object store."""
    resources: Resources = Resources()
    """Requests and limits; the defaults are for about 100,000 series."""
    env: Env = {}
    """Further environment variables."""
    config: Config = {}
    """The component's own configuration in its own syntax, merged over the generated one."""
