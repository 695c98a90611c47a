"""How a service is reached from outside the cluster."""

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from platc_spec.addresses import Cidr, HostName
from platc_spec.base import (
    HttpPath,
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

Controller = Annotated[Name, Refers("service", kinds=("external",))]
"""An external service inside the cluster, which lets the traffic in."""


class Tls(Model):
    """The certificate of a host."""

    secret_name: TlsSecret | None = None
    """A declared secret that holds it."""
    cluster_issuer: Name | None = None
    """The ClusterIssuer of cert-manager that issues it, into the secret ``SERVICE-tls``."""

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        if (self.secret_name is None) == (self.cluster_issuer is None):
            raise ValueError("a certificate has a secret_name or a cluster_issuer, one of the two")
        return self


class Expose(Model):
    """The way in: an Ingress of a controller, or a port that the cluster opens.

    The policies admit the controller's pods, or the addresses in ``sources``, and nobody else.
    """

    by: Literal["Ingress", "LoadBalancer", "NodePort"] = "Ingress"
    """The object that Kubernetes gets."""
    port: PortName | None = None
    """The port of the service; default: its first."""
    host: HostName | None = None
    """The host name of an Ingress, or under which a load balancer is known."""
    path: HttpPath = "/"
    """The path of an Ingress below the host; the service gets it unchanged."""
    controller: Controller | None = None
    """The ingress controller: an external service with the namespace and labels of its pods."""
    ingress_class: Name | None = None
    """The IngressClass; default: that of the cluster."""
    tls: Tls | None = None
    """The certificate; without it, an Ingress serves plain HTTP."""
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
        if self.by == "Ingress":
            if self.host is None or self.controller is None:
                raise ValueError("an Ingress needs host: and controller:")
            stated = [key for key in ("sources", "node_port") if getattr(self, key)]
        else:
            if not self.sources:
                raise ValueError(f"a {self.by} needs sources: the addresses that may connect")
            ingress = ("controller", "ingress_class", "tls")
            stated = [key for key in ingress if getattr(self, key) is not None]
            if self.by == "LoadBalancer" and self.node_port is not None:
                stated.append("node_port")
        if stated:
            raise ValueError(f"{stated[0]} is not for a way in by {self.by}: remove it")
        return self
