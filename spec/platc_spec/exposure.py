"""How a service is reached from outside the cluster."""

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from platc_spec.addresses import Cidr, HostName
from platc_spec.base import (
    HttpPath,
    Lazily,
    Model,
    Name,
    PortName,
    QualifiedName,
    Refers,
    SecretRef,
    Text,
)

TLS_TYPE, TLS_KEYS = "kubernetes.io/tls", ("tls.crt", "tls.key")
"""The type of the secret of a certificate, and its keys."""


def _with_its_key(value: object) -> object:
    return f"{value}/{TLS_KEYS[0]}" if isinstance(value, str) and "/" not in value else value


TlsSecret = Annotated[
    SecretRef,
    BeforeValidator(_with_its_key),
    WithJsonSchema({"type": "string", "examples": ["shop-tls"]}),
    Refers("secret", issuer="the certificate authority"),
]
"""A declared secret of the type ``kubernetes.io/tls``, by its name."""

Controller = Annotated[Name, Refers("service", kinds=("external", "include"))]
"""The pods that let the traffic in: an external service inside the cluster, or an entry of
``include``."""


class Tls(Model):
    """The certificate of a host."""

    secret_name: TlsSecret | None = None
    """A declared secret that holds it."""
    cluster_issuer: Name | None = None
    """The ClusterIssuer of cert-manager that issues it, into the secret ``SERVICE-tls``."""
    issuer: Name | None = None
    """The Issuer of cert-manager in the service's namespace that issues it, into the same."""
    at_gateway: bool = False
    """The Gateway has it: a listener that its owner has set up ends TLS."""

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        named = (self.secret_name, self.cluster_issuer, self.issuer)
        if sum(each is not None for each in named) + self.at_gateway != 1:
            raise ValueError(
                "a certificate has one origin: secret_name, cluster_issuer, issuer or at_gateway"
            )
        return self


class Gateway(Model):
    """A Gateway of the Gateway API that somebody else has set up."""

    name: Name
    """Its name."""
    namespace: Name | None = None
    """Its namespace; default: that of the service."""
    listener: Name | None = None
    """The listener that passes the traffic on (``sectionName``); default: each that has the
    host."""


class Expose(Model):
    """The way in: an Ingress of a controller, a route of a Gateway, or a port of the cluster.

    The policies admit the controller's pods, or the addresses in ``sources``, and nobody else.
    """

    by: Literal["Ingress", "HTTPRoute", "LoadBalancer", "NodePort"] = "Ingress"
    """The object that Kubernetes gets."""
    port: PortName | None = None
    """The port of the service; default: its first."""
    host: HostName | None = None
    """The host name of an Ingress or a route, or under which a load balancer is known."""
    path: HttpPath = "/"
    """The path of an Ingress or a route below the host; the service gets it unchanged."""
    controller: Controller | None = None
    """The ingress controller, or the pods of the Gateway: an external service with their namespace
    and labels."""
    gateway: Annotated[Gateway, Lazily(__name__, "Gateway")] | None = None
    """The Gateway of an HTTPRoute. With a certificate of the service's own, the Gateway must allow
    listeners of this namespace (``allowedListeners``): they stand in a ListenerSet."""
    ingress_class: Name | None = None
    """The IngressClass; default: that of the cluster."""
    tls: Tls | None = None
    """The certificate; without it, an Ingress or a route serves plain HTTP."""
    sources: tuple[Cidr, ...] = ()
    """The addresses that may connect to a load balancer or a node port; ``0.0.0.0/0`` for all."""
    node_port: Annotated[int, Field(ge=30000, le=32767, strict=True)] | None = None
    """The port of the nodes; default: Kubernetes chooses one."""
    annotations: dict[QualifiedName, Text] = {}
    """Annotations for the controller or the cloud's load balancer."""

    @property
    def url(self) -> str | None:
        """The URL under which browsers reach it, if platform.yaml names its host."""
        if self.host is None:
            return None
        return f"{'https' if self.tls else 'http'}://{self.host}{self.path.rstrip('/')}"

    @model_validator(mode="after")
    def _of_one_kind(self) -> Self:
        if missing := [key for key in _NEEDED[self.by] if not getattr(self, key)]:
            article = "an" if self.by[0] in "IH" else "a"
            raise ValueError(f"{article} {self.by} needs {_NEEDS[missing[0]]}")
        if stated := [key for key in _FOREIGN[self.by] if getattr(self, key)]:
            raise ValueError(f"{stated[0]} is not for a way in by {self.by}: remove it")
        if self.by == "Ingress" and self.tls is not None and self.tls.at_gateway:
            raise ValueError("at_gateway is for an HTTPRoute: name the certificate of the Ingress")
        if self.gateway is not None and self.gateway.listener and self._has_own_certificate:
            raise ValueError(
                "a certificate of its own needs a listener of its own: remove gateway.listener, or "
                "write tls: { at_gateway: true }"
            )
        return self

    @property
    def _has_own_certificate(self) -> bool:
        return self.tls is not None and not self.tls.at_gateway


_NEEDED = {
    "Ingress": ("host", "controller"),
    "HTTPRoute": ("host", "gateway", "controller"),
    "LoadBalancer": ("sources",),
    "NodePort": ("sources",),
}
"""By way in: what it cannot do without."""
_NEEDS = {
    "host": "host: and controller:",
    "controller": "host: and controller:",
    "gateway": "gateway: the Gateway that passes the traffic on",
    "sources": "sources: the addresses that may connect",
}
_FOREIGN = {
    "Ingress": ("sources", "node_port", "gateway"),
    "HTTPRoute": ("sources", "node_port", "ingress_class"),
    "LoadBalancer": ("controller", "ingress_class", "gateway", "tls", "node_port"),
    "NodePort": ("controller", "ingress_class", "gateway", "tls"),
}
"""By way in: what another has."""
