"""What watches each service, from inside and from outside, and which alerts tell of its end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from platc_compiler.ir.identity_cache import cached_by_identity
from platc_compiler.ir.observability import (
    Alert,
    PodTargets,
    ProbeTargets,
    ScrapeJob,
    StaticTargets,
)
from platc_compiler.ir.platform import Platform
from platc_compiler.ir.workloads import (
    CronJob,
    DaemonSet,
    Deployment,
    Job,
    Operator,
    StatefulSet,
    Workload,
    controller_kind,
)
from platc_compiler.monitoring.liveness import STATES, Ending, endings, tells_of

_STATE = "kube-state-metrics"
"""The catalogue of the exporter that tells of the pods of other services."""
_LABELS: tuple[tuple[type, str], ...] = (
    (Deployment, "deployment"),
    (StatefulSet, "statefulset"),
    (DaemonSet, "daemonset"),
    (CronJob, "job_name"),
    (Job, "job_name"),
)


class Watched(Struct, frozen=True, kw_only=True):
    """What watches a service."""

    service: str
    inside: tuple[str, ...]
    """The scrapes of its own metrics and the watching of its pods, in words."""
    outside: tuple[str, ...]
    """The probes that ask it as a client does, in words."""
    alerts: tuple[Alert, ...]
    """The alerts that tell of its end, once for each set of labels that they then have; none for
    what sends the alerts itself."""
    by_silence: bool
    """Whether its end shows only in that the always-firing alert no longer arrives: it collects
    the metrics, evaluates the rules or sends the alerts."""
    deployed: bool
    """Whether platc deploys it."""
    in_cluster: bool
    """Whether its pods run in the cluster."""


@cached_by_identity
def coverage(platform: Platform) -> tuple[Watched, ...]:
    """Return what watches each service, sorted by name.

    The result is empty when nothing on the platform collects metrics.
    """
    if not platform.monitors:
        return ()
    jobs: dict[str, list[ScrapeJob]] = defaultdict(list)
    for job in platform.scrapes:
        if job.service:
            jobs[job.service].append(job)
    probes = _probes(platform)
    workloads: dict[str, list[Workload]] = defaultdict(list)
    for workload in platform.workloads:
        workloads[workload.service].append(workload)
    inside = {external.name for external in platform.externals if external.namespace is not None}
    state = any(each.catalogue == _STATE for each in platform.exporters)
    ends = endings(platform)
    senders = {each.service for each in platform.monitors}
    senders |= {each.service for each in platform.notifiers}
    return tuple(
        Watched(
            service=name,
            inside=(*map(_scraped, jobs[name]), *(_states(workloads[name]) if state else ())),
            outside=tuple(f"{job} of {target}" for job, target in probes[name]),
            alerts=()
            if name in senders
            else tuple(
                _alerts(name, jobs[name], probes[name], workloads[name] if state else (), ends)
            ),
            by_silence=name in senders,
            deployed=bool(workloads[name]),
            in_cluster=bool(workloads[name]) or name in inside,
        )
        for name in sorted(platform.spec.services)
    )


def _probes(platform: Platform) -> Mapping[str, Sequence[tuple[str, str]]]:
    """Return what asks each service from outside: the name of the job, and its target."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for job in platform.scrapes:
        if isinstance(job.discovery, ProbeTargets):
            for probed in job.discovery.probed:
                found[probed.service].append((job.name, probed.target))
    return found


def _scraped(job: ScrapeJob) -> str:
    match job.discovery:
        case StaticTargets(targets) if len(targets) > 1:
            return f"job {job.name} ({len(targets)} targets)"
        case PodTargets(annotated=True):
            return f"job {job.name} (pods that ask for it)"
        case PodTargets(count=count) if count > 1:
            return f"job {job.name} ({count} pods)"
    return f"job {job.name}"


def _states(workloads: Sequence[Workload]) -> Iterator[str]:
    """Yield the objects of a service whose state kube-state-metrics tells."""
    names: dict[str, list[str]] = defaultdict(list)
    for workload in (each for each in workloads if not isinstance(each.controller, Operator)):
        names[controller_kind(workload.controller)].append(workload.name)
    for kind, found in sorted(names.items()):
        yield f"state of {kind} {', '.join(sorted(found))}"


def _alerts(
    name: str,
    jobs: Sequence[ScrapeJob],
    probes: Sequence[tuple[str, str]],
    workloads: Sequence[Workload],
    ends: Sequence[Ending],
) -> Iterator[Alert]:
    series: list[tuple[str, Mapping[str, str]]]
    series = [("up", {"job": job.name, "service": name}) for job in jobs]
    series += [
        ("probe_success", {"job": job, "instance": target, "service": name})
        for job, target in probes
    ]
    series += [each for workload in workloads for each in _series(workload)]
    found = (
        _labelled(ending, labels)
        for ending in ends
        for metric, labels in series
        if tells_of(ending, metric, labels)
    )
    yield from dict.fromkeys(found)


def _labelled(ending: Ending, labels: Mapping[str, str]) -> Alert:
    """Return an alert with the labels of the series that it reads, as far as it keeps them."""
    kept = tuple(each for each in labels.items() if each[0] in ending.labels)
    return replace(ending.alert, labels=(*kept, *ending.alert.labels))


def _series(workload: Workload) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield the series of kube-state-metrics that show whether a workload runs."""
    label = next((label for kind, label in _LABELS if isinstance(workload.controller, kind)), "")
    # The Jobs of a CronJob have names that only the cluster knows.
    names = {} if isinstance(workload.controller, CronJob) else {label: workload.name}
    for metric, wanted in STATES.items():
        if wanted == label:
            yield metric, {"namespace": workload.namespace, **names}
