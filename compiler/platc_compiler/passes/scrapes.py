"""The targets of Prometheus, and the edges that it needs to reach them.

The targets are the services whose pods serve metrics (a job each), the kubelets, and annotated pods
and services.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from platc_compiler.ir.labels import Labels
from platc_compiler.ir.network import Edge, Endpoint, Nodes, Offer, Pods
from platc_compiler.ir.observability import (
    Monitor,
    NodeTargets,
    PodTargets,
    ScrapeJob,
    ServiceTargets,
    StaticTargets,
)
from platc_compiler.ir.platform import Platform
from platc_compiler.ir.workloads import Workload

_KUBELET = 10250
_LAST_PORT = 65535
_CADVISOR_DROP = (
    "container_blkio_.*",
    "container_(memory_failures|network_tcp6?_usage|network_udp6?_usage|tasks_state|ulimits).*",
    "container_(memory_numa|cpu_load|hugetlb|perf|referenced).*",
)
"""Patterns of metrics with thousands of series that no alert and no dashboard reads."""


def scrapes(platform: Platform) -> Platform:
    """Add jobs, and for each job the edges from Prometheus to its targets."""
    jobs = [*platform.scrapes, *_of_workloads(platform)]
    if not platform.monitors:
        return replace(platform, scrapes=tuple(jobs))
    monitor = platform.monitors[0]
    jobs += _of_the_cluster(platform, monitor)
    edges = _edges(jobs, platform, monitor)
    return replace(platform, scrapes=tuple(jobs), edges=(*platform.edges, *edges))


def _of_workloads(platform: Platform) -> Iterator[ScrapeJob]:
    known = {job.name for job in platform.scrapes}
    for workload in sorted(platform.workloads, key=lambda w: (w.service, w.name)):
        scrape = workload.scrape
        if scrape is None:
            continue
        name = scrape.job or workload.service
        if name in known:
            name = f"{name}-{workload.component}"
        known.add(name)
        yield ScrapeJob(
            name=name, service=workload.service, path=scrape.path, origin=workload.origin,
            discovery=PodTargets(
                (workload.namespace,), workload.selector, port=scrape.port,
                count=getattr(workload.controller, "replicas", 1),
            ),
            honor_labels=scrape.foreign, foreign=scrape.foreign,
            sample_limit=scrape.sample_limit,
        )  # fmt: skip


def _of_the_cluster(platform: Platform, monitor: Monitor) -> Iterator[ScrapeJob]:
    place = (*monitor.origin, "discover")
    namespaces = tuple(namespace.name for namespace in platform.namespaces)
    if monitor.kubelet:
        yield ScrapeJob(
            name="kubelet", service="", discovery=NodeTargets(), honor_labels=True, origin=place
        )
    if monitor.cadvisor:
        yield ScrapeJob(
            name="cadvisor", service="", discovery=NodeTargets(), path="/metrics/cadvisor",
            honor_labels=True, drop=_CADVISOR_DROP, origin=place,
        )  # fmt: skip
    pods, services = monitor.annotated_pods, monitor.annotated_services
    if pods is not None:
        yield ScrapeJob(
            name="kubernetes-pods", service="", origin=place,
            discovery=PodTargets(
                pods.namespaces or namespaces, annotated=True, ports=pods.ports
            ),
        )  # fmt: skip
    if services is not None:
        yield ScrapeJob(
            name="kubernetes-services", service="", origin=place,
            discovery=ServiceTargets(services.namespaces or namespaces, services.ports),
        )  # fmt: skip


class _Known(Struct, frozen=True):
    """The possible targets, by the property that a job selects."""

    workloads: Mapping[tuple[str, Labels], Workload]
    offers: Mapping[str, list[Offer]]
    """By service."""

    @classmethod
    def of(cls, platform: Platform) -> _Known:
        offers: dict[str, list[Offer]] = defaultdict(list)
        for offer in platform.offers:
            offers[offer.service].append(offer)
        return cls({(w.namespace, w.selector): w for w in platform.workloads}, offers)


def _edges(jobs: Iterable[ScrapeJob], platform: Platform, monitor: Monitor) -> Iterator[Edge]:
    """Yield the edges of the jobs.

    Annotated pods in the platform's own namespaces get an edge only on ports that are stated:
    platc's own pods have a job of their own, and platc does not open connections to foreign pods by
    itself. A pod needs no edge to itself.
    """
    known = _Known.of(platform)
    for job in jobs:
        for target, port in _targets(job, known):
            if target != monitor.pods:
                yield Edge(monitor.pods, target, port, "TCP", "scrape", job.origin)
        match job.discovery:
            case PodTargets((namespace,), labels, annotated=True) if job.service:
                # Each pod states its own port, which only the cluster knows.
                pods = Pods(job.service, namespace, labels)
                yield Edge(monitor.pods, pods, 1, "TCP", "scrape", job.origin, _LAST_PORT)
            case PodTargets(namespaces, ports=ports) | ServiceTargets(namespaces, ports):
                yield from _stated(monitor, namespaces, ports, job)


def _stated(
    monitor: Monitor, namespaces: tuple[str, ...], ports: tuple[int, ...], job: ScrapeJob
) -> Iterator[Edge]:
    """Yield the edges to all pods of namespaces, on the ports on which annotated ones may ask."""
    for namespace in namespaces:
        pods = Pods(f"annotated-{namespace}", namespace, ())
        for port in ports:
            yield Edge(monitor.pods, pods, port, "TCP", "scrape", job.origin)


def _targets(job: ScrapeJob, known: _Known) -> Iterator[tuple[Endpoint, int]]:
    offers = known.offers.get(job.service, ())
    match job.discovery:
        case NodeTargets():
            yield Nodes(), _KUBELET
        case StaticTargets(targets):
            ports = {int(target.rpartition(":")[2]) for target in targets}
            yield from ((o.endpoint, o.number) for o in offers if o.number in ports)
        case PodTargets((namespace,), labels, port=int(port)):
            workload = known.workloads.get((namespace, labels))
            on_node = workload is not None and workload.pod.host_network
            name = workload.name if workload else namespace
            yield Nodes() if on_node else Pods(name, namespace, labels), port
