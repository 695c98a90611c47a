"""``external``: a service that somebody else runs, inside or outside the cluster."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from platc_spec.addresses import Cidr, HostName
from platc_spec.autoscaling import Scaler
from platc_spec.base import Labels, Model, Name, PortName, Resources
from platc_spec.service import MetricsEndpoint, Ports, Service


class Address(Model):
    """Its place: a Service in a namespace of the cluster, or a host outside."""

    service: Name | None = None
    """The name of its Service object, inside the cluster."""
    namespace: Name | None = None
    """The namespace of its pods, inside the cluster."""
    labels: Labels = {}
    """Labels of its pods, for network policies; default: ``app.kubernetes.io/name`` with the name
    of its Service."""
    replicas: Annotated[int, Field(ge=1, le=1000, strict=True)] = 1
    """How many pods it has; if several, each is addressed as ``service-0.service``."""
    host: HostName | None = None
    """Its host name, outside the cluster."""
    cidrs: Annotated[tuple[Cidr, ...], Field(max_length=1000)] = ()
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
    """A service that somebody else runs: platc knows only its address, ports, labels and metrics.

    ``depends_on`` states which services its pods inside the cluster call, for example those of an
    ingress controller.
    """

    kind: Literal["external"]
    address: Address
    """Its place."""
    ports: Ports = {}
    """The ports on which its pods or hosts listen, by name."""
    peers: tuple[PortName, ...] | None = None
    """The ports on which its pods inside the platform's namespaces connect to each other; default:
    all, if there are several ``replicas``, as those of a cluster do."""
    metrics: MetricsEndpoint | None = None
    """Its endpoint for metrics; the port is one of ``ports``."""
    discover: bool = False
    """Scrape every pod of its namespace that asks for it by the annotation
    ``prometheus.io/scrape``, instead of fixed targets: at the port and the path that it announces
    by ``prometheus.io/port`` and ``prometheus.io/path``, else at the path of ``metrics``. The
    namespace must be there when the manifests are applied: Prometheus gets a Role in it."""
    resources: Resources | None = None
    """The requests and limits of each of its pods on this cluster's nodes; without them it is not
    counted."""
    autoscaling: Scaler | None = None
    """Which server of metrics for autoscalers it is: ``metrics-server`` measures the CPU and memory
    of pods; ``prometheus-adapter`` and ``keda`` ask Prometheus, which admits its pods."""
