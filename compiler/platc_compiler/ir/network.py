"""Who talks to whom: offers, links between services, and the edges that follow."""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

from platc_compiler.diagnostics import Origin
from platc_compiler.ir.labels import Labels


class Pods(Struct, frozen=True):
    """Pods of one namespace that carry all the labels."""

    name: str
    """What to call them: the workload's name, or that of a group of task pods."""
    namespace: str
    labels: Labels


PRIVATE_RANGES = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")
"""Addresses of private networks (RFC 1918), those of nodes, pods and Services among them."""

NOT_PUBLIC = (*PRIVATE_RANGES, "100.64.0.0/10", "169.254.0.0/16")
"""What is not reached by "any public address": besides, carriers' networks (RFC 6598), which some
clusters give their pods, and link-local ones (RFC 3927), where clouds keep instance metadata."""

ANYWHERE = "0.0.0.0/0"


class Outside(Struct, frozen=True):
    """Addresses outside the cluster; with no CIDR any public one, by IPv4 (:data:`NOT_PUBLIC`)."""

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
    """A port that a service can be reached at; the first of a service's offers is its default."""

    service: str
    port: str
    """The name by which ``depends_on: [service:port]`` chooses it."""
    endpoint: Endpoint
    number: int
    """The port on the pod."""
    protocol: Literal["TCP", "UDP"] = "TCP"
    host: str = ""
    """The host name clients use: ``postgres.data-pipeline.svc``."""
    public: int = 0
    """The port clients connect to, when a Service object maps it; 0 for ``number``."""

    @property
    def address(self) -> str:
        """Host and port as clients write them."""
        return f"{self.host}:{self.public or self.number}"


class Link(Struct, frozen=True):
    """Pods connect to a service: the demand, before it is resolved to an :class:`Edge`."""

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
