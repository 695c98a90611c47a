"""Ways into the cluster."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from platc_compiler.diagnostics import Origin
from platc_compiler.ir.labels import Labels
from platc_compiler.ir.pods import SecretKey


class Gateway(Struct, frozen=True, kw_only=True):
    """A Gateway that somebody else has set up."""

    name: str
    namespace: str
    listener: str | None = None
    """The listener that passes the traffic on; left out, each that has the host."""


class Issuer(Struct, frozen=True):
    """An issuer of cert-manager."""

    name: str
    kind: Literal["ClusterIssuer", "Issuer"]


class HttpEntry(Struct, frozen=True, kw_only=True):
    """A host and a path that an ingress controller or a Gateway passes on to a service."""

    name: str
    namespace: str
    host: str
    path: str
    service: str
    """The name of the Service object."""
    port: int
    """The port of the Service object."""
    gateway: Gateway | None = None
    """The Gateway; without one, the object is an Ingress."""
    ingress_class: str | None = None
    tls_secret: str | None = None
    """The Secret that holds the certificate."""
    issuer: Issuer | None = None
    """Who issues the certificate into that secret, if nobody else puts it there."""
    tls_keys: tuple[SecretKey, ...] = ()
    """The keys of that secret, if platform.yaml declares it."""
    annotations: tuple[tuple[str, str], ...] = ()
    origin: Origin


class PortEntry(Struct, frozen=True, kw_only=True):
    """A port that the cluster opens to addresses outside."""

    name: str
    namespace: str
    type: Literal["LoadBalancer", "NodePort"]
    selector: Labels
    port: int
    """The port that clients connect to."""
    target: int
    """The port of the pods."""
    protocol: Literal["TCP", "UDP"]
    node_port: int | None = None
    sources: tuple[str, ...]
    annotations: tuple[tuple[str, str], ...] = ()
    origin: Origin
