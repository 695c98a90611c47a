"""Which service a host name or an address means, as DNS in a pod would find it.

The Service object ``postgres`` in the namespace ``data`` is found as ``postgres.data``,
``postgres.data.svc`` and ``postgres.data.svc.cluster.local`` from every namespace, and as
``postgres`` from its own; each pod of a StatefulSet has one more label in front
(kubernetes.io/docs/concepts/services-networking/dns-pod-service). A service outside is found by its
host, by every name below that host (a bucket is ``bucket.s3.amazonaws.com``), and by its addresses.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from platc_compiler.ir.network import Offer, Outside, Pods
from platc_compiler.ir.platform import Platform
from platc_compiler.ir.workloads import Workload
from platc_compiler.network.addresses import Address, address, network

_DOMAIN = ".cluster.local"
_LOOPBACK = frozenset({"localhost", "localhost.localdomain", "ip6-localhost"})


class Found(Struct, frozen=True):
    """A service that a name means."""

    service: str
    how: Literal["full", "short", "alias"]
    """By a name that is good everywhere; by the bare name of its Service object, good in its
    namespace; by what platform.yaml calls it, which is no name in DNS."""
    namespace: str = ""
    """The namespace in which a short name is good."""
    host: str = ""
    """The name that is good everywhere."""


class Names:
    """The services of a platform by the names and addresses that clients may write."""

    def __init__(self, platform: Platform) -> None:
        self.offers: defaultdict[str, list[Offer]] = defaultdict(list)
        self._full: dict[str, Found] = {}
        self._short: defaultdict[str, list[Found]] = defaultdict(list)
        self._alias: dict[str, Found] = {}
        self._outside: dict[str, list[str]] = {}
        self._networks: defaultdict[tuple[int, int], dict[int, list[str]]] = defaultdict(dict)
        for offer in platform.offers:
            self._offer(offer)
        for workload in platform.workloads:
            self._further(workload)
        self._objects = frozenset(
            f"{exposure.name}.{workload.namespace}"
            for workload in platform.workloads
            for exposure in workload.exposures
        )

    def _offer(self, offer: Offer) -> None:
        known = self.offers[offer.service]
        first, again = not known, any(other.host == offer.host for other in known)
        known.append(offer)
        # The pods of an included entry are behind several Service objects.
        if again or not isinstance(offer.endpoint, (Pods, Outside)):
            return
        host = offer.host.lower()
        if first:
            self._alias[offer.service] = Found(offer.service, "alias", host=host)
        if isinstance(offer.endpoint, Outside):
            if host != offer.service:
                self._outside.setdefault(host, []).append(offer.service)
            for cidr in offer.endpoint.cidrs:
                net = network(cidr)
                held = self._networks[net.version, net.prefixlen]
                held.setdefault(int(net.network_address), []).append(offer.service)
        elif host.endswith(".svc"):
            name, _, namespace = host.removesuffix(".svc").partition(".")
            self._full[f"{name}.{namespace}"] = Found(offer.service, "full", namespace, host)
            self._short[name].append(Found(offer.service, "short", namespace, host))

    def _further(self, workload: Workload) -> None:
        """Take up the further Service objects of a service, such as a headless one."""
        offered = self.offers.get(workload.service)
        if not any(offer.endpoint == workload.endpoint for offer in offered or ()):
            return
        service, namespace = workload.service, workload.namespace
        for exposure in workload.exposures:
            name, host = exposure.name, f"{exposure.name}.{workload.namespace}.svc"
            if f"{name}.{namespace}" not in self._full:
                self._full[f"{name}.{namespace}"] = Found(service, "full", namespace, host)
                self._short[name].append(Found(service, "short", namespace, host))

    def find(self, host: str, namespace: str) -> list[Found]:
        """Return the services that a host means to a pod of a namespace.

        Several are returned where several stand behind one host, as two ports of one machine may.
        """
        literal = as_address(host)
        if literal is not None:
            return [Found(name, "full", host=host) for name in self._at(literal)]
        if "." not in host:
            short = self._short.get(host, ())
            here = [found for found in short if found.namespace == namespace] or list(short)
            return here or ([self._alias[host]] if host in self._alias else [])
        inside = self._full.get(_inside(host)) or self._full.get(_inside(host.partition(".")[2]))
        if inside is not None:
            return [inside]
        pod, _, behind = host.partition(".")
        own = [f for f in self._short.get(behind, ()) if f.namespace == namespace]
        if own and pod.rpartition("-")[0] == own[0].service:
            return own
        return [Found(name, "full", host=host) for name in self._behind(host)]

    def _behind(self, host: str) -> list[str]:
        while host:
            if host in self._outside:
                return self._outside[host]
            host = host.partition(".")[2]
        return []

    def _at(self, literal: Address) -> Iterator[str]:
        for (version, length), held in self._networks.items():
            if version == literal.version:
                shift = literal.max_prefixlen - length
                yield from held.get(int(literal) >> shift << shift, ())

    def owned(self, host: str) -> bool:
        """Say whether a host is a Service object that the platform makes for itself."""
        return _inside(host) in self._objects


def _inside(host: str) -> str:
    return host.removesuffix(_DOMAIN).removesuffix(".svc")


def as_address(host: str) -> Address | None:
    """Return the address that a host is written as, ``None`` for a name."""
    if ":" not in host and not host.replace(".", "").isdigit():
        return None
    try:
        return address(host)
    except ValueError:
        return None


def in_cluster(host: str) -> bool:
    """Say whether a name is one of the cluster's own DNS."""
    return host.endswith((".svc", f".svc{_DOMAIN}"))


def of_the_pod(host: str) -> bool:
    """Say whether a host is the pod itself, or every interface of it."""
    literal = as_address(host)
    if literal is not None:
        return literal.is_loopback or literal.is_unspecified
    return host in _LOOPBACK or host.endswith(".localhost")
