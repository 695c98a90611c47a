"""How many series a Prometheus is expected to store, and the memory and disk that they take.

The series of an exporter follow from its catalogue: a metric has a series for each of the objects
that its finest label names (a container, a pod, a node), for each value of labels of few known
values, and for each bucket. Where the exporter itself could be run, its own count is taken.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta

from msgspec import Struct

from platc_compiler.expressions.exported_metrics import Exported, all_exported
from platc_compiler.ir.identity_cache import cached_by_identity
from platc_compiler.ir.observability import (
    Metric,
    NodeTargets,
    PodTargets,
    ProbeTargets,
    ScrapeJob,
    SeriesPlan,
    StaticTargets,
)
from platc_compiler.ir.platform import Platform
from platc_compiler.ir.pods import Claim
from platc_compiler.ir.workloads import CronJob, DaemonSet, Deployment, Job, StatefulSet, Workload

OF_A_TARGET = 5
"""The series that Prometheus adds to each target, ``up`` and what begins with ``scrape_``."""
UNKNOWN = 500
"""The series of a target of which nothing is known: a client library's own, and some more."""
_VALUES = 10
"""How many values a label has of which platform.yaml does not say so."""
_CLIENT = 60
"""What client libraries serve of their own process."""
_SAMPLES = 1000
"""Samples that a scrape may always have."""
_LABELS = 30
"""Labels that a sample may always have."""
_TARGET_LABELS = 5
"""The name, and ``job``, ``instance``, ``service`` and one of a discovery."""
BASE = 100 << 20
"""Bytes of memory without any series: measured with Prometheus 3.14 (docs/memory.md)."""
PER_SERIES = 4096
"""Bytes of memory for a series: 2.3 KiB were measured when it is new, and more follow with its
chunks, with queries, and with series that ended since the last block was written."""
PER_SAMPLE = 2.0
"""Bytes of disk for a sample in a block with its index, at most (prometheus.io, Storage)."""
_WAL_PER_SAMPLE = 4.0
"""Bytes of a sample in the compressed write-ahead log, which holds up to three hours."""
_WAL = timedelta(hours=3)
_MEASURED: Mapping[str, int] = {"node-exporter": 540, "alertmanager": 440, "prometheus": 700}
"""Series of exporters that depend on little else: node_exporter 1.12.1 on a node of two CPUs,
Alertmanager 0.31.1, and Prometheus 3.14.0 with jobs."""
_FEW: Mapping[str, int] = {
    "phase": 5, "condition": 3, "status": 3, "mode": 8, "cpu": 4, "interface": 2, "device": 2,
    "resource": 2, "state": 4,
}  # fmt: skip
"""How many values labels have that name no object of Kubernetes."""
_OTHER = 3
"""How many sets of values the labels have together of which nothing is known."""
_NAMED = frozenset(
    ("namespace", "uid", "id", "image", "name", "job", "instance", "service", "node")
)
"""Labels that follow from the object, and add no series."""
_CGROUPS = 40
"""Groups of control of a node that belong to no pod; cAdvisor measures them too."""
_BUCKETS = 12
_QUANTILES = 5
_OBJECTS = (
    "container", "pod", "deployment", "statefulset", "daemonset", "job_name", "cronjob",
    "replicaset", "persistentvolumeclaim", "node",
)  # fmt: skip
"""Labels that name an object, the finest first."""


class Expected(Struct, frozen=True, kw_only=True):
    """What is expected of the targets of a job."""

    job: str
    targets: int
    series: int
    """The series of one target that are stored."""
    labels: int
    """The most labels of one of them."""
    source: str
    """Where the number comes from, in words."""
    interval: timedelta

    @property
    def stored(self) -> int:
        """The series of all its targets."""
        return self.targets * (self.series + OF_A_TARGET)


class Estimate(Struct, frozen=True, kw_only=True):
    """What a Prometheus stores, and what that takes."""

    jobs: tuple[Expected, ...]
    recorded: int
    """The series of recording rules, one for each rule."""
    evaluated: timedelta
    """How often they are recorded."""
    age: timedelta
    """For how long samples are kept."""

    @property
    def series(self) -> int:
        """All series."""
        return sum(job.stored for job in self.jobs) + self.recorded

    @property
    def samples(self) -> float:
        """The samples that are stored each second."""
        second = timedelta(seconds=1)
        scraped = sum(job.stored / (job.interval / second) for job in self.jobs)
        return scraped + self.recorded / (self.evaluated / second)

    @property
    def memory(self) -> int:
        """Bytes of memory."""
        return BASE + self.series * PER_SERIES

    @property
    def blocks(self) -> int:
        """Bytes of all blocks at the end of the retention."""
        return math.ceil(self.samples * (self.age / timedelta(seconds=1)) * PER_SAMPLE)

    @property
    def log(self) -> int:
        """Bytes of the write-ahead log."""
        return math.ceil(self.samples * (_WAL / timedelta(seconds=1)) * _WAL_PER_SAMPLE)


@cached_by_identity
def estimate(platform: Platform) -> Estimate | None:
    """Return what the Prometheus of a platform stores, ``None`` where no ``series`` are stated."""
    plan = platform.monitors[0].series if platform.monitors else None
    if plan is None:
        return None
    monitor = platform.monitors[0]
    counts = _counts(platform, plan)
    jobs = tuple(
        _expected(job, platform, counts, job.interval or monitor.scrape_interval)
        for job in platform.scrapes
    )
    return Estimate(
        jobs=jobs, recorded=len(platform.recordings), evaluated=monitor.evaluation_interval,
        age=plan.age,
    )  # fmt: skip


def limits(expected: Expected, plan: SeriesPlan) -> tuple[int, int]:
    """Return the most samples and the most labels of a target, in round numbers."""
    samples = math.ceil(expected.series * plan.margin / 100) * 100
    return max(_SAMPLES, samples), max(_LABELS, math.ceil(expected.labels * plan.margin))


def _expected(
    job: ScrapeJob, platform: Platform, counts: Mapping[str, int], interval: timedelta
) -> Expected:
    if isinstance(job.discovery, ProbeTargets):
        # A probe by HTTP with its phases, its certificate and its name.
        return Expected(job=job.name, targets=_targets(job, platform, counts), series=30, labels=8,
                        source="measured", interval=interval)  # fmt: skip
    exporters = [
        each.catalogue
        for each in platform.exporters
        if each.job == job.name or (each.service and each.service == job.service and not each.job)
    ]
    own = [metric for metric in platform.metrics if job.service and metric.service == job.service]
    found = [_of_catalogue(catalogue, job, counts) for catalogue in exporters]
    found += [_of_declared(own, platform)] if own else []
    series = sum(each for each, _ in found) if found else UNKNOWN
    labels = max((most for _, most in found), default=0) + _TARGET_LABELS
    measured = any(catalogue in _MEASURED for catalogue in exporters)
    source = "measured" if measured and job.keep is None else "its catalogue" if exporters else ""
    if own:
        source = " and ".join(filter(None, (source, "declared metrics")))
    return Expected(
        job=job.name, targets=_targets(job, platform, counts), series=series, labels=labels,
        source=source or "not known", interval=interval,
    )  # fmt: skip


def _targets(job: ScrapeJob, platform: Platform, counts: Mapping[str, int]) -> int:
    match job.discovery:
        case StaticTargets(targets):
            return len(targets)
        case PodTargets(annotated=False, count=count):
            return counts["node"] if _is_on_each_node(job, platform) else count
        case NodeTargets():
            return counts["node"]
        case ProbeTargets(probed=probed):
            return len(probed)
    # Nobody knows how many ask for it by their annotation: one, so that the job is not left out.
    return 1


def _is_on_each_node(job: ScrapeJob, platform: Platform) -> bool:
    """Return whether the targets of a job are the pods of a DaemonSet."""
    return any(
        isinstance(workload.controller, DaemonSet)
        and workload.service == job.service
        and isinstance(job.discovery, PodTargets)
        and workload.selector == job.discovery.labels
        for workload in platform.workloads
    )


def _of_catalogue(catalogue: str, job: ScrapeJob, counts: Mapping[str, int]) -> tuple[int, int]:
    """Return the series of a catalogue that a target of a job stores, and the most labels."""
    drop = [re.compile(pattern) for pattern in job.drop]
    keep = None if job.keep is None else [re.compile(name) for name in job.keep]
    if catalogue == "cadvisor":
        # Each pod has a group of its own, and one for its sandbox.
        more = counts["container"] + 2 * counts["pod"] + _CGROUPS * counts["node"]
        counts = {**counts, "container": more}
    share = counts["node"] if isinstance(job.discovery, NodeTargets) else 1
    total, every, labels = 0.0, 0.0, 0
    for metric in all_exported(catalogue):
        series = _series(metric, counts)
        every += series
        names = (metric.name, f"{metric.name}_bucket", f"{metric.name}_count", f"{metric.name}_sum")
        if any(pattern.fullmatch(metric.name) for pattern in drop):
            continue
        if keep is not None and not any(p.fullmatch(name) for p in keep for name in names):
            continue
        total += series
        labels = max(labels, len(metric.labels or ()))
    whole = _MEASURED.get(catalogue)
    if whole is not None and every:
        total *= whole / every
    return max(1, math.ceil(total / share)), labels


def _series(metric: Exported, counts: Mapping[str, int]) -> float:
    """Return the series of a metric of all targets of a job."""
    labels = metric.labels or frozenset()
    number = float(next((counts[label] for label in _OBJECTS if label in labels), 1))
    if not metric.name.endswith("_info"):
        number *= math.prod(_FEW[label] for label in labels if label in _FEW)
        if labels - _NAMED - _FEW.keys() - set(_OBJECTS):
            number *= _OTHER
    return number * _parts(metric.type)


def _parts(kind: str, buckets: int = _BUCKETS) -> int:
    """Return how many series one set of labels has."""
    return {"histogram": buckets + 2, "summary": _QUANTILES + 2}.get(kind, 1)


def _of_declared(metrics: Iterable[Metric], platform: Platform) -> tuple[int, int]:
    """Return the series of declared metrics, and the most labels of one."""
    total, labels = _CLIENT, 0
    for metric in metrics:
        stated = platform.spec.metrics.get(metric.name)
        names: Sequence[str] = stated.labels if stated is not None else ()
        values = stated.values if stated is not None else {}
        buckets = len(stated.buckets) + 1 if stated is not None and stated.buckets else _BUCKETS
        number = math.prod(values.get(name, _VALUES) for name in names)
        if stated is None:
            number = _VALUES
        total += number * _parts(metric.type, buckets)
        labels = max(labels, len(names))
    return total, labels


def _counts(platform: Platform, plan: SeriesPlan) -> Mapping[str, int]:
    """Return how many objects of each kind there are, by the label that names one."""
    nodes = sum(pool.count for pool in platform.spec.cluster.nodes.values())
    counts: dict[str, int] = defaultdict(int, {"node": nodes})
    for workload in platform.workloads:
        pods = _pods(workload, nodes)
        counts["pod"] += pods
        beside = sum(each.sidecar for each in workload.pod.init)
        counts["container"] += pods * (len(workload.pod.containers) + beside)
        for kind, name in _kinds(workload):
            counts[kind] += name
    for kind in ("pod", "container"):
        counts[kind] += plan.others
    return {kind: max(1, counts[kind]) for kind in _OBJECTS}


def _pods(workload: Workload, nodes: int) -> int:
    if isinstance(workload.controller, DaemonSet):
        return nodes
    replicas: int = getattr(workload.controller, "replicas", 1)
    return replicas


def _kinds(workload: Workload) -> Iterator[tuple[str, int]]:
    """Yield the objects that a workload brings, by the label that names one."""
    claims = sum(1 for volume in workload.pod.volumes if isinstance(volume.source, Claim))
    yield "persistentvolumeclaim", claims
    match workload.controller:
        case Deployment():
            yield "deployment", 1
            yield "replicaset", 3
        case StatefulSet():
            yield "statefulset", 1
        case DaemonSet():
            yield "daemonset", 1
        case CronJob():
            yield "cronjob", 1
            yield "job_name", 4
        case Job():
            yield "job_name", 1
