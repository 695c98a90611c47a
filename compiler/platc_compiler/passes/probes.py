"""What a prober asks: every port that a service offers, and every exposed host.

The edges of the prober follow. An exposed host is asked by its name, as a client outside asks: its
address is a public one, or, where the cluster knows the address of its own load balancer, the
ingress controller's pods (kube-proxy then sends the connection to them directly).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Literal, TypeAlias
from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import replace

from platc_compiler.diagnostics import Origin
from platc_compiler.ir.network import Edge, Endpoint, Offer, Outside, Pods
from platc_compiler.ir.observability import Probed, Prober, ProbeTargets, ScrapeJob
from platc_compiler.ir.platform import Platform
from platc_compiler.ir.pods import HttpGet
from platc_compiler.ir.workloads import Exposure, Job, ServicePort, Workload
from platc_spec.kinds.external import External
from platc_spec.service import Deployed

_DNS = 53
_TLS = frozenset({443, 465, 636, 993, 995})
"""Ports on which a server begins with TLS."""
_WEB = {"http": 80, "https": 443}


_End: TypeAlias = tuple[Endpoint, int, Literal["TCP", "UDP"]]
"""Where a connection goes: pods or addresses, a port, its protocol."""


class _Asked(Struct, frozen=True):
    """A target of a module, and the connections that asking it needs."""

    module: str
    probed: Probed
    ends: tuple[_End, ...]
    origin: Origin


def probes(platform: Platform) -> Platform:
    """Add a job for each module that has a target, and the edges from the prober."""
    jobs: list[ScrapeJob] = []
    edges: list[Edge] = []
    for prober in platform.probers:
        by_module: dict[str, list[Probed]] = defaultdict(list)
        for asked in _asked(platform, prober):
            by_module[asked.module].append(asked.probed)
            for end, port, protocol in asked.ends:
                edges.append(Edge(prober.pods, end, port, protocol, "probe", asked.origin))
        for module, targets in sorted(by_module.items()):
            jobs.append(_job(prober, ProbeTargets(module, prober.address, tuple(targets))))
    if not jobs:
        return platform
    return replace(
        platform,
        scrapes=(*platform.scrapes, *jobs),
        edges=(*platform.edges, *dict.fromkeys(edges)),
    )


def _job(prober: Prober, found: ProbeTargets) -> ScrapeJob:
    return ScrapeJob(
        name=f"probe-{found.module}", service=prober.service, discovery=found, path="/probe",
        interval=prober.interval, origin=prober.origin,
    )  # fmt: skip


def _asked(platform: Platform, prober: Prober) -> Iterator[_Asked]:
    known: set[str] = set()
    for asked in (*_inside(platform), *_others(platform), *_exposed(platform, prober)):
        if asked.probed.service not in prober.without and asked.probed.target not in known:
            known.add(asked.probed.target)
            yield asked


def _inside(platform: Platform) -> Iterator[_Asked]:
    """Yield the ports of Service objects of pods that run all the time."""
    for workload in sorted(platform.workloads, key=lambda w: (w.service, w.name)):
        if isinstance(workload.controller, Job) or workload.pod.host_network:
            continue
        for exposure in workload.exposures:
            if not exposure.all_pods:
                for port in exposure.ports:
                    yield from _of_port(workload, exposure, port)


def _of_port(workload: Workload, exposure: Exposure, port: ServicePort) -> Iterator[_Asked]:
    host = f"{exposure.name}.{workload.namespace}.svc:{port.port}"
    path = _path(workload, port.target)
    if port.protocol == "TCP":
        module, target = ("tcp", host) if path is None else ("http", f"http://{host}{path}")
    elif _DNS in {port.target, port.port}:
        module, target = "dns", host
    else:
        return
    end = (workload.endpoint, port.target, port.protocol)
    yield _Asked(module, Probed(target, workload.service), (end,), workload.origin)


def _path(workload: Workload, port: int) -> str | None:
    """Return the path at which the kubelet asks a port whether the pod is ready."""
    for container in workload.pod.containers:
        handler = container.readiness.handler if container.readiness else None
        if isinstance(handler, HttpGet) and handler.port == port and handler.scheme == "HTTP":
            return handler.path
    return None


def _others(platform: Platform) -> Iterator[_Asked]:
    """Yield the ports of services that others run."""
    external = {each.name: each for each in platform.externals}
    for offer in platform.offers:
        if offer.service not in external or not _is_addressed(platform, offer.service):
            continue
        module = _module(offer)
        if module is not None:
            end = (offer.endpoint, offer.number, offer.protocol)
            probed = Probed(offer.address, offer.service)
            yield _Asked(module, probed, (end,), external[offer.service].origin)


def _is_addressed(platform: Platform, name: str) -> bool:
    """Return whether there is an address to ask: pods without a Service have none."""
    service = platform.spec.services[name]
    return isinstance(service, External) and bool(service.address.service or service.address.host)


def _module(offer: Offer) -> str | None:
    if offer.protocol != "TCP":
        return "dns" if offer.number == _DNS else None
    return "tls" if offer.number in _TLS or offer.port in {"https", "tls"} else "tcp"


def _exposed(platform: Platform, prober: Prober) -> Iterator[_Asked]:
    """Yield the URLs of hosts that an ingress or a gateway serves."""
    for name, service in sorted(platform.spec.services.items()):
        stated = service.expose if isinstance(service, Deployed) else None
        if stated is None or stated.url is None or stated.controller is None:
            continue
        url = urlsplit(stated.url)
        port = _WEB[url.scheme]
        outside = Outside(f"address of {url.hostname}", prober.addresses)
        controllers = tuple(_ports(platform, stated.controller, port))
        yield _Asked(
            url.scheme, Probed(stated.url, name), ((outside, port, "TCP"), *controllers),
            ("services", name, "expose"),
        )  # fmt: skip


def _ports(platform: Platform, controller: str, public: int) -> Iterator[_End]:
    """Yield the ports of a controller's pods, as declared, or else the public one."""
    declared = [o for o in platform.offers if o.service == controller and o.protocol == "TCP"]
    for offer in declared:
        yield offer.endpoint, offer.number, "TCP"
    if not declared:
        yield from ((pods, public, "TCP") for pods in _pods(platform, controller))


def _pods(platform: Platform, controller: str) -> Iterator[Pods]:
    """Yield the pods that the edges of ``expose`` come from."""
    sources = (
        edge.source
        for edge in platform.edges
        if edge.reason == "expose" and isinstance(edge.source, Pods)
    )
    yield from dict.fromkeys(source for source in sources if source.name == controller)
