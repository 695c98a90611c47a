"""``blackbox_exporter``: asks services whether they answer, as their clients do."""

from datetime import timedelta
from typing import Literal

from platc_spec.addresses import Cidr
from platc_spec.base import Config, Duration, Resources, ServiceName, Version
from platc_spec.service import Deployed


class BlackboxExporter(Deployed):
    """A prober: it asks every port that a service offers, and every exposed host.

    Inside the cluster it asks the path of the readiness probe by HTTP, and connects by TCP where
    there is none. An exposed host is asked by its name, through the ingress.
    """

    kind: Literal["blackbox_exporter"]
    version: Version = "0.28.0"
    """The version of blackbox_exporter."""
    interval: Duration = timedelta(seconds=30)
    """How often each target is asked."""
    without: tuple[ServiceName, ...] = ()
    """Services that it does not ask."""
    addresses: tuple[Cidr, ...] = ()
    """The networks in which exposed hosts are; left out, every public address."""
    resources: Resources = Resources()
    """Requests and limits."""
    config: Config = {}
    """The exporter's own configuration in its own syntax, merged over the generated modules
    ``http``, ``https``, ``tcp``, ``tls`` and ``dns``."""
