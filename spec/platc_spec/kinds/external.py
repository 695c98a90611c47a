"""``external``: a service run by somebody else, inside or outside the cluster."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from platc_spec.addresses import Cidr
from platc_spec.base import Labels, Model, Name, Resources
from platc_spec.service import MetricsEndpoint, Ports, Service

_HOST = (
    r"^[A-Za-z0-9]([-A-Za-z0-9]{0,61}[A-Za-z0-9])?"
    r"(\.[A-Za-z0-9]([-A-Za-z0-9]{0,61}[A-Za-z0-9])?)*$"
)
HostName = Annotated[str, Field(pattern=_HOST, max_length=253, examples=["mail.example.com"])]
"""A host name as RFC 1123 has it, or an IPv4 address; no scheme, port or path."""


class Address(Model):
    """Where it is: a Service in a namespace of the cluster, or a host outside."""

    service: Name | None = None
    """The name of its Service object, inside the cluster."""
    namespace: Name | None = None
    """The namespace of its pods, inside the cluster."""
    labels: Labels = {}
    """Labels of its pods, for network policies; left out, ``app.kubernetes.io/name`` and its
    Service's name."""
    replicas: Annotated[int, Field(ge=1, le=1000, strict=True)] = 1
    """How many pods it has; with several, each is addressed as ``service-0.service``."""
    host: HostName | None = None
    """Its host name, outside the cluster."""
    cidrs: tuple[Cidr, ...] = ()
    """Its addresses outside; left out, every public address, on its ports only."""

    @model_validator(mode="after")
    def _inside_or_outside(self) -> Self:
        inside = self.namespace is not None
        if inside and (self.host is not None or self.cidrs):
            raise ValueError(
                "an address is inside (service, namespace) or outside (host, cidrs), not both"
            )
        if not inside and self.host is None and not self.cidrs:
            raise ValueError(
                "an address needs a namespace (inside the cluster) or a host (outside)"
            )
        return self


class External(Service):
    """A service run by somebody else: only its address, ports, labels and metrics are known.

    ``depends_on`` says whom its pods call, inside the cluster: an ingress controller, say.
    """

    kind: Literal["external"]
    address: Address
    """Where it is."""
    ports: Ports = {}
    """Its ports by name, as its pods or hosts listen on them."""
    metrics: MetricsEndpoint | None = None
    """Where it serves its metrics; the port is one of ``ports``."""
    discover: bool = False
    """Scrape every pod of its namespace that asks for it by the annotation
    ``prometheus.io/scrape``, instead of fixed targets: at the port and the path that it announces
    by ``prometheus.io/port`` and ``prometheus.io/path``, else at the path of ``metrics``."""
    resources: Resources | None = None
    """What each of its pods takes of this cluster's nodes; left out, it is not counted."""
