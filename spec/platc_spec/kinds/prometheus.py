"""``prometheus``: collects metrics, and evaluates rules over them."""

from datetime import timedelta
from typing import Literal

from platc_spec.base import Config, Duration, Env, Identifier, Memory, Model, Resources, Version
from platc_spec.service import Deployed


class Retention(Model):
    """How long samples are kept: until the first of the two is reached."""

    time: Duration = timedelta(days=15)
    """The age at which they go."""
    size: Memory | None = None
    """What all blocks may take on the volume; left out, 80 % of it. The write-ahead log and the
    block in the making come on top, so it must be below the volume's size."""


class Discover(Model):
    """What is scraped beside the services that say where their metrics are."""

    pods: bool = True
    """Pods in the platform's namespaces that ask for it by ``prometheus.io/scrape``."""
    services: bool = True
    """Services in the platform's namespaces that ask for it by ``prometheus.io/scrape``."""
    kubelet: bool = True
    """The kubelets, which know how full the volumes are."""
    cadvisor: bool = True
    """The CPU, memory and network that containers use, as the kubelets' cAdvisor tells it."""


class Prometheus(Deployed):
    """A Prometheus server with its volume, its rights of discovery, its jobs and rules."""

    kind: Literal["prometheus"]
    version: Version = "3.14.0"
    """The version of Prometheus, 3.0 or later."""
    storage: Memory = 10 << 30
    """The size of its volume."""
    storage_class: str | None = None
    """The StorageClass of its volume; left out, the cluster's default."""
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
    external_url: str | None = None
    """Where people reach it; it stands in the links of alerts."""
    discover: Discover = Discover()
    """What is scraped beside the services that say where their metrics are."""
    resources: Resources = Resources()
    """Requests and limits; the defaults suit some 100,000 series."""
    env: Env = {}
    """Further environment variables."""
    config: Config = {}
    """The component's own configuration in its own syntax, merged over what platc generates."""
