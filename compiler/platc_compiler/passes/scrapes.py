"""Who is scraped: a job for each service whose pods serve metrics, the kubelets, discovery by
annotation; and the edges that Prometheus needs for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta

from platc_compiler.ir.network import Edge, Endpoint, Nodes, Offer, Pods
from platc_compiler.ir.observability import (
    Alert,
    Monitor,
    NodeTargets,
    PodTargets,
    RuleTest,
    ScrapeJob,
    ServiceTargets,
    StaticTargets,
)
from platc_compiler.ir.platform import Platform
from platc_compiler.ir.workloads import CronJob, Job, Workload

_KUBELET = 10250
_CADVISOR_DROP = (
    "container_blkio_.*",
    "container_(memory_failures|network_tcp6?_usage|network_udp6?_usage|tasks_state|ulimits).*",
    "container_(memory_numa|cpu_load|hugetlb|perf|referenced).*",
)
"""Series by the thousand that no alert and no dashboard reads."""


def scrapes(platform: Platform) -> Platform:
    """Add jobs, and for each of them the edges from Prometheus to its targets."""
    jobs = [*platform.scrapes, *_of_workloads(platform)]
    if not platform.monitors:
        return replace(platform, scrapes=tuple(jobs))
    monitor = platform.monitors[0]
    jobs += _of_the_cluster(platform, monitor)
    edges = [edge for job in jobs for edge in _edges(job, platform, monitor)]
    more = (*_absent(jobs, platform, monitor), *_service_down(jobs, monitor))
    return replace(
        platform,
        scrapes=tuple(jobs),
        edges=(*platform.edges, *edges),
        alerts=(*platform.alerts, *more),
    )


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
    if monitor.annotated_pods:
        yield ScrapeJob(
            name="kubernetes-pods", service="", origin=place,
            discovery=PodTargets(namespaces, annotated=True),
        )  # fmt: skip
    if monitor.annotated_services:
        yield ScrapeJob(
            name="kubernetes-services", service="", origin=place,
            discovery=ServiceTargets(namespaces),
        )  # fmt: skip


def _edges(job: ScrapeJob, platform: Platform, monitor: Monitor) -> Iterator[Edge]:
    """Yield the edges of a job. Pods found by annotation in the platform's own namespaces get none:
    what platc deploys has a job of its own, and others' pods are not ours to open a way to.
    """
    for target, port in _targets(job, platform):
        yield Edge(monitor.pods, target, port, "TCP", "scrape", job.origin)


def _targets(job: ScrapeJob, platform: Platform) -> Iterable[tuple[Endpoint, int]]:
    match job.discovery:
        case NodeTargets():
            return [(Nodes(), _KUBELET)]
        case StaticTargets(targets):
            return _offered(job, platform, {int(t.rpartition(":")[2]) for t in targets})
        case PodTargets(annotated=True) if job.service:
            return _offered(job, platform, None)
        case PodTargets((namespace,), labels, annotated=False, port=int(port)):
            return [(_endpoint(platform, namespace, labels), port)]
    return []


def _offered(
    job: ScrapeJob, platform: Platform, ports: set[int] | None
) -> Iterator[tuple[Endpoint, int]]:
    """Yield the ends that a service offers: on the given ports, or on all that speak TCP."""
    offers: Iterable[Offer] = (o for o in platform.offers if o.service == job.service)
    own = platform.monitors[0].service
    for offer in offers:
        wanted = offer.number in ports if ports is not None else offer.protocol == "TCP"
        # A pod reaches itself without a policy.
        if wanted and offer.service != own:
            yield offer.endpoint, offer.number


def _endpoint(platform: Platform, namespace: str, labels: tuple[tuple[str, str], ...]) -> Endpoint:
    workload = _workload(platform, namespace, labels)
    if workload is not None and workload.pod.host_network:
        return Nodes()
    return Pods(workload.name if workload else namespace, namespace, labels)


def _workload(
    platform: Platform, namespace: str, labels: tuple[tuple[str, str], ...]
) -> Workload | None:
    found = (w for w in platform.workloads if w.namespace == namespace and w.selector == labels)
    return next(found, None)


def _absent(jobs: list[ScrapeJob], platform: Platform, monitor: Monitor) -> Iterator[Alert]:
    """Yield an alert on jobs whose targets all vanished: what is not there has no ``up`` of 0."""
    expected = sorted((job for job in jobs if _is_expected(job, platform)), key=lambda j: j.name)
    if not expected:
        return
    series = [_up(job) for job in expected]
    present = tuple((text, "1") for text in series)
    yield Alert(
        name="TargetAbsent", group="prometheus", severity="critical", lasting=timedelta(minutes=5),
        expr="\nor ".join(f"absent({text})" for text in series),
        summary="{{ $labels.job }} has no target",
        description="Prometheus finds nothing to scrape for the job {{ $labels.job }}.",
        test=RuleTest(fires=present[1:], silent=present), origin=monitor.origin,
    )  # fmt: skip


def _service_down(jobs: list[ScrapeJob], monitor: Monitor) -> Iterator[Alert]:
    """Yield an alert on services with several targets, of which none is left."""
    several = sorted({job.service for job in jobs if job.service and job.has_several_targets})
    if not several:
        return
    one, other = (f'up{{job="{several[0]}",instance="{i}",service="{several[0]}"}}' for i in "ab")
    yield Alert(
        name="ServiceDown", group="prometheus", severity="critical", lasting=timedelta(minutes=1),
        expr=f'max by (service) (up{{service=~"{"|".join(several)}"}}) == 0',
        summary="{{ $labels.service }} is down altogether",
        description="No target of {{ $labels.service }} answers Prometheus.",
        test=RuleTest(((one, "0"), (other, "0")), ((one, "0"), (other, "1"))),
        origin=monitor.origin,
    )  # fmt: skip


def _up(job: ScrapeJob) -> str:
    service = f',service="{job.service}"' if job.service else ""
    return f'up{{job="{job.name}"{service}}}'


def _is_expected(job: ScrapeJob, platform: Platform) -> bool:
    """Whether a job always has a target: not when it looks for annotations or runs by the clock."""
    match job.discovery:
        case PodTargets(annotated=True) | ServiceTargets():
            return False
        case PodTargets((namespace,), labels):
            workload = _workload(platform, namespace, labels)
            return workload is None or not isinstance(workload.controller, (CronJob, Job))
    return True
