"""What each part of the platform contributes to the budget."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from platc_compiler.budget.clock import Moment, Moments, Timed, concurrent
from platc_compiler.budget.load import (
    NOTHING,
    RESOURCES,
    Load,
    Resource,
    from_amounts,
    made_of,
    measured,
)
from platc_compiler.budget.nodes import Node
from platc_compiler.budget.pods import LIMITED, Size, size
from platc_compiler.budget.tasks import (
    Peak,
    Running,
    is_written_by_hand,
    peak,
    work,
    written_by_hand,
)
from platc_compiler.diagnostics import Origin
from platc_compiler.ir.identity_cache import cached_by_identity
from platc_compiler.ir.pipelines import Pipeline, Runner
from platc_compiler.ir.platform import External, Platform
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
from platc_spec.cron import Schedule, parse_cron


class Line(Struct, frozen=True):
    """What one part of the platform contributes.

    Each amount is its share of the worst moment of that resource: a run by the clock that is not
    among those of the worst moment for memory contributes no memory. So lines add up to totals.
    """

    kind: str
    """``Deployment``, ``DaemonSet``, … or ``Pipeline`` or ``External``."""
    name: str
    namespace: str
    count: int
    """How many of its pods there are at once."""
    requests: Load
    limits: Load
    unlimited: tuple[Resource, ...]
    """Resources that a container has no limit of."""
    origin: Origin


def standing(platform: Platform, nodes: Sequence[Node]) -> Iterator[Line]:
    """Yield what is always there, surges of roll-outs and Jobs of an apply included."""
    for workload in platform.workloads:
        if not isinstance(workload.controller, CronJob):
            count = pod_count(workload, nodes)
            yield _line(workload, size(workload.pod), count)
    for external in platform.externals:
        if external.counted:
            yield _external(external)


def pod_count(workload: Workload, nodes: Sequence[Node]) -> int:
    """Return how many pods a workload has at most, beside those that are ending."""
    match workload.controller:
        case Deployment(replicas=replicas, recreate=recreate, surge=surge):
            return replicas + (0 if recreate or not replicas else surge)
        case StatefulSet(replicas=replicas) | Operator(replicas=replicas):
            return replicas
        case DaemonSet():
            return len(daemon_nodes(workload, nodes))
        case CronJob(suspended=suspended):
            return 0 if suspended else 1
        case Job():
            return 1


def daemon_nodes(workload: Workload, nodes: Sequence[Node]) -> list[int]:
    """Return the nodes, by index, on which a DaemonSet runs."""
    pod = workload.pod
    return [i for i, node in enumerate(nodes) if node.takes(pod)]


def _line(workload: Workload, one: Size, count: int) -> Line:
    return Line(
        kind=controller_kind(workload.controller), name=workload.name, namespace=workload.namespace,
        count=count, requests=one.requests * count, limits=one.limits * count,
        unlimited=one.unlimited, origin=size_origin(workload),
    )  # fmt: skip


def size_origin(workload: Workload) -> Origin:
    """Return where the size of a workload's largest container is stated."""
    largest = max(workload.pod.containers, key=lambda c: c.resources.requests.memory or 0)
    return largest.resources.origin or largest.origin or workload.origin


def _external(external: External) -> Line:
    one = Load(pods=1)
    requests = one + from_amounts(external.requests)
    limits = one + from_amounts(external.limits)
    return Line(
        kind="External", name=external.name, namespace=external.namespace or "",
        count=external.replicas, requests=requests * external.replicas,
        limits=limits * external.replicas,
        unlimited=tuple(r for r in LIMITED if getattr(external.limits, r) is None),
        origin=(*external.origin, "resources"),
    )  # fmt: skip


def timed(platform: Platform) -> tuple[Workload, ...]:
    """Return the workloads that run by the clock."""
    return tuple(
        w
        for w in platform.workloads
        if isinstance(w.controller, CronJob) and not w.controller.suspended
    )


def moments(workloads: Sequence[Workload]) -> Moments:
    """Return the largest sets of runs by the clock that go on at once."""
    runs = []
    for workload in workloads:
        controller = workload.controller
        if isinstance(controller, CronJob):
            longest = controller.starting_deadline + controller.job.deadline
            seconds = int(longest.total_seconds()) + workload.pod.grace + 1
            runs.append(Timed(_in_utc(controller), seconds))
    return concurrent(runs)


def _in_utc(controller: CronJob) -> Schedule:
    """Return a schedule in UTC; that of another time zone may fire at any minute.

    A zone shifts its clock, some twice a year, and governments change when.
    """
    return parse_cron(controller.schedule if controller.time_zone == "Etc/UTC" else "* * * * *")


@cached_by_identity
def at_once(platform: Platform) -> Moments:
    """Return the largest sets of a platform's runs by the clock that go on at once."""
    return moments(timed(platform))


def by_clock(workloads: Sequence[Workload], at_once: Moments) -> Iterator[Line]:
    """Yield the share of each run by the clock in the worst moment of each resource."""
    sizes = [size(workload.pod) for workload in workloads]
    every = measured(one.requests for one in sizes)
    worst_requests = {r: _worst(at_once, [s.requests.of(r) for s in sizes]) for r in every}
    worst_limits: dict[str, Moment] = {
        r: _worst(at_once, [s.limits.of(r) for s in sizes]) for r in RESOURCES
    }
    for index, workload in enumerate(workloads):
        one = sizes[index]
        asked = _share(index, one.requests, worst_requests)
        yield Line(
            kind="CronJob", name=workload.name, namespace=workload.namespace, count=asked.pods,
            requests=asked, limits=_share(index, one.limits, worst_limits),
            unlimited=one.unlimited, origin=size_origin(workload),
        )  # fmt: skip


def _worst(at_once: Moments, amounts: Sequence[int]) -> Moment:
    return max(at_once.sets, key=lambda moment: sum(amounts[i] for i in moment))


def _share(index: int, load: Load, worst: Mapping[str, Moment]) -> Load:
    return made_of({r: load.of(r) if index in worst[r] else 0 for r in worst})


def pipelines_of(platform: Platform) -> Iterator[tuple[Runner, tuple[Pipeline, ...]]]:
    """Yield each runner with its pipelines, and with what stands for DAGs written by hand."""
    runners = {pipeline.runner.service: pipeline.runner for pipeline in platform.pipelines}
    runners |= {runner.service: runner for runner in platform.runners}
    for runner in runners.values():
        own = tuple(p for p in platform.pipelines if p.runner.service == runner.service)
        others = (written_by_hand(runner),) if runner.other_dags else ()
        if own or others:
            yield runner, (*own, *others)


def by_pipeline(runner: Runner, own: tuple[Pipeline, ...]) -> Iterator[Line]:
    """Yield the share of each pipeline in the worst moment of each resource.

    What an upper bound holds beyond the tasks that can be named stands in a line of its own.
    """
    all_work = work(runner, own)
    every = measured(task.requests for task in all_work.tasks)
    requests = {r: peak(all_work, _asking(r)) for r in every}
    limits: dict[str, Peak] = {r: peak(all_work, _limited(r)) for r in RESOURCES}
    for pipeline in own:
        asked = _shares(requests, pipeline, _asking)
        if asked == NOTHING and is_written_by_hand(pipeline):
            continue
        sizes = [s for t in all_work.tasks if t.pipeline is pipeline for s in t.sizes]
        yield Line(
            kind="Pipeline", name=pipeline.name, namespace=runner.namespace, count=asked.pods,
            requests=asked, limits=_shares(limits, pipeline, _limited),
            unlimited=tuple(r for r in LIMITED if any(r in s.unlimited for s in sizes)),
            origin=pipeline.origin,
        )  # fmt: skip
    rest, rest_limits = _rest(requests, _asking), _rest(limits, _limited)
    if rest != NOTHING or rest_limits != NOTHING:
        yield Line(
            kind="Pipeline", name=f"{runner.service}: further tasks at most", count=rest.pods,
            namespace=runner.namespace, requests=rest, limits=rest_limits, unlimited=(),
            origin=runner.origin,
        )  # fmt: skip


_Measure = Callable[[str], Callable[[Running], int]]


def _asking(resource: str) -> Callable[[Running], int]:
    return lambda task: task.requests.of(resource)


def _limited(resource: str) -> Callable[[Running], int]:
    return lambda task: task.limits.of(resource)


def _shares(peaks: Mapping[str, Peak], pipeline: Pipeline, measure: _Measure) -> Load:
    return made_of({
        r: sum(measure(r)(task) * n for task, n in peaks[r].tasks if task.pipeline is pipeline)
        for r in peaks
    })  # fmt: skip


def _rest(peaks: Mapping[str, Peak], measure: _Measure) -> Load:
    return made_of({
        r: max(0, peaks[r].weight - sum(measure(r)(task) * n for task, n in peaks[r].tasks))
        for r in peaks
    })  # fmt: skip


def all_lines(platform: Platform, nodes: Sequence[Node]) -> Iterator[Line]:
    """Yield every contribution to the worst moment."""
    yield from standing(platform, nodes)
    yield from by_clock(timed(platform), at_once(platform))
    for runner, own in pipelines_of(platform):
        yield from by_pipeline(runner, own)


def uncounted(platform: Platform) -> Iterable[External]:
    """Return the external services in the cluster of which nobody says what they take."""
    return (e for e in platform.externals if e.namespace is not None and not e.counted)
