"""Connections: ports that services offer, links between services, and the resulting edges."""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

from platc_compiler.diagnostics import Origin
from platc_compiler.ir.labels import Labels


class Pods(Struct, frozen=True):
    """Pods of one namespace that carry all the labels, and none of those that must be lacking."""

    name: str
    """The name shown for them: the workload's, or that of a group of task pods."""
    namespace: str
    labels: Labels
    lacking: tuple[str, ...] = ()
    """Names of labels that they do not carry."""


PRIVATE_RANGES = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
"""Private addresses (RFC 1918); nodes, pods and Services normally have such addresses."""

NOT_PUBLIC = (*PRIVATE_RANGES, "100.64.0.0/10", "169.254.0.0/16")
"""Addresses that "any public address" excludes: private ones, the shared address space (RFC 6598),
which some clusters give to pods, and link-local ones (RFC 3927), where clouds serve instance
metadata."""

ANYWHERE = "0.0.0.0/0"


class Outside(Struct, frozen=True):
    """Addresses outside the cluster; without a CIDR, any public IPv4 one (:data:`NOT_PUBLIC`)."""

    name: str
    cidrs: tuple[str, ...] = ()


class ApiServer(Struct, frozen=True):
    """The Kubernetes API server."""

    name: str = "kubernetes-api"
    cidrs: tuple[str, ...] = PRIVATE_RANGES


class Dns(Struct, frozen=True):
    """The cluster's DNS: the pods of kube-system, and caches at addresses of the nodes."""

    name: str = "dns"
    cidrs: tuple[str, ...] = ()
    namespace: str = "kube-system"
    labels: Labels = (("k8s-app", "kube-dns"),)
    """CoreDNS keeps this label on every distribution (cmd/kubeadm/app/phases/addons/dns)."""


class Nodes(Struct, frozen=True):
    """The nodes' own addresses: the kubelet, and pods on the host network."""

    name: str = "nodes"
    cidrs: tuple[str, ...] = PRIVATE_RANGES


Endpoint: TypeAlias = Pods | Outside | ApiServer | Dns | Nodes


class Offer(Struct, frozen=True):
    """A port that others can connect to; the first offer of a service is its default."""

    service: str
    port: str
    """Its name in ``depends_on: [service:port]``."""
    endpoint: Endpoint
    number: int
    """The port on the pod."""
    protocol: Literal["TCP", "UDP"] = "TCP"
    host: str = ""
    """The host name clients use: ``postgres.data-pipeline.svc``."""
    public: int = 0
    """The port that clients connect to, when a Service object maps it; 0 means ``number``."""

    @property
    def address(self) -> str:
        """Host and port as clients write them."""
        return f"{self.host}:{self.public or self.number}"


class Link(Struct, frozen=True):
    """Pods connect to a service; a pass resolves this to an :class:`Edge`."""

    source: Endpoint
    service: str
    port: str | None
    """The port's name; ``None`` for the service's default."""
    origin: Origin


class Edge(Struct, frozen=True):
    """An allowed connection: from an endpoint, to a port of another."""

    source: Endpoint
    target: Endpoint
    port: int
    protocol: Literal["TCP", "UDP"]
    reason: str
    """Why it is allowed, in a few words: ``depends_on``, ``scrape``, ``DNS``."""
    origin: Origin = ()
    last: int = 0
    """The last port of a stretch that begins with ``port``; 0 for that port alone."""
