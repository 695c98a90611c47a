"""What a platform wants of its nodes: every pod, at every moment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from platc_compiler.budget import moments
from platc_compiler.budget.bonds import Bond, bonds
from platc_compiler.budget.fleet import Fleet, fleet
from platc_compiler.budget.lines import at_once, daemon_nodes, pipelines_of, pod_count, timed
from platc_compiler.budget.load import NOTHING, RESOURCES, Load, aligned, from_amounts, measured
from platc_compiler.budget.moments import Choice, Space
from platc_compiler.budget.nodes import Node, nodes
from platc_compiler.budget.pods import size
from platc_compiler.budget.tasks import work
from platc_compiler.budget.wanted import Pods, Shape
from platc_compiler.ir.identity_cache import cached_by_identity
from platc_compiler.ir.platform import Platform
from platc_compiler.ir.pods import Pod
from platc_compiler.ir.workloads import (
    CronJob,
    DaemonSet,
    Deployment,
    Job,
    Operator,
    StatefulSet,
    Workload,
)

_SEVERAL = 2
"""From so many replicas on platc writes that the pods rather stand on different nodes."""


class Ashore(Struct, frozen=True):
    """A pod of a DaemonSet that does not fit on a node where it must run."""

    workload: Workload
    node: str
    requests: Load


@cached_by_identity
def demand(platform: Platform) -> Space:
    """Return every pod that wants a node, DaemonSets' excepted."""
    every = nodes(platform.spec.cluster)
    names = extended_names(every)
    ties = bonds(platform)
    choices: list[Choice] = []
    limits: dict[str, int] = {}
    runs = timed(platform)
    if runs:
        shapes = [bound(shape(w.pod, names), w.name, ties) for w in runs]
        choices.append(moments.by_clock([w.name for w in runs], shapes, at_once(platform)))
    for runner, own in pipelines_of(platform):
        tasks = work(runner, own)
        by_task = [tuple(shape(pod, names) for pod in task.pods) for task in tasks.tasks]
        further, more = moments.by_tasks(tasks, by_task)
        choices += further
        limits |= more
    return Space(tuple(_standing(platform, every)), tuple(choices), limits)


def extended_names(every: tuple[Node, ...]) -> tuple[str, ...]:
    """Return the resources with names of their own that some node has."""
    return measured(node.capacity for node in every)[len(RESOURCES) :]


def shape(pod: Pod, names: tuple[str, ...]) -> Shape:
    """Return what a pod asks of a node, with a number of each of the named resources."""
    one = size(pod)
    scored = None if one.scored == one.requests else one.scored
    return Shape(aligned(one.requests, names), pod.node_selector, pod.tolerations, scored)


def bound(shape: Shape, workload: str, ties: Mapping[str, Bond]) -> Shape:
    """Return the shape of a workload's pods, with the groups that decide where they may stand."""
    bond = ties.get(workload)
    if bond is None:
        return shape
    return replace(
        shape, group=workload, near=tuple(sorted(bond.near)), apart=_all_of(bond.apart),
        zone_near=tuple(sorted(bond.zone_near)), zone_apart=_all_of(bond.zone_apart),
    )  # fmt: skip


def _all_of(groups: set[str]) -> tuple[str, ...]:
    """Return groups with those of their pods that are not always there."""
    return tuple(sorted({*groups, *map(passing_of, groups)}))


def passing_of(group: str) -> str:
    """Return the group of those pods of a workload that are not always there."""
    return f"{group} at times"


def _standing(platform: Platform, every: tuple[Node, ...]) -> Iterator[Pods]:
    names, ties = extended_names(every), bonds(platform)
    for external in platform.externals:
        if external.counted:
            requests = aligned(Load(pods=1) + from_amounts(external.requests), names)
            yield Pods(external.name, Shape(requests), external.replicas)
    for workload in platform.workloads:
        controller = workload.controller
        count = pod_count(workload, every)
        if count and not isinstance(controller, CronJob | DaemonSet):
            replicas = _replicas(workload)
            own = bound(shape(workload.pod, names), workload.name, ties)
            sure = min(count, _sure(workload)) if own.group else count
            alike = Pods(
                workload.name, own, count, spread=replicas >= _SEVERAL,
                passing=isinstance(controller, Job),
            )  # fmt: skip
            if sure:
                yield replace(alike, count=sure)
            if sure < count:
                more = replace(own, group=passing_of(workload.name))
                yield replace(alike, shape=more, count=count - sure, first=sure)


def _sure(workload: Workload) -> int:
    """Return how many pods there are always: near those, others can stand.

    A second pod of a roll-out goes again, and so do those that an autoscaler adds.
    """
    return workload.scaling.least if workload.scaling else _replicas(workload)


def _replicas(workload: Workload) -> int:
    controller = workload.controller
    several = Deployment | StatefulSet | Operator
    return controller.replicas if isinstance(controller, several) else 1


def places(platform: Platform) -> Fleet | Ashore:
    """Return the nodes beside their DaemonSets, or the pod of one that does not fit.

    They come first: their class of priority lets them push others off their node.
    """
    every = nodes(platform.spec.cluster)
    room, scored = [node.free for node in every], [NOTHING] * len(every)
    for workload in platform.workloads:
        if isinstance(workload.controller, DaemonSet):
            one = size(workload.pod)
            for index in daemon_nodes(workload, every):
                if not one.requests.fits(room[index]):
                    return Ashore(workload, every[index].name, one.requests)
                room[index] -= one.requests
                scored[index] += one.scored
    names, groups = extended_names(every), _daemons(platform, every)
    return fleet(every, [aligned(each, names) for each in room], scored, groups)


def _daemons(platform: Platform, every: tuple[Node, ...]) -> list[frozenset[str]]:
    """Return, by node, the DaemonSets near which others must stand, or apart from which."""
    ties = bonds(platform)
    held: list[set[str]] = [set() for _ in every]
    for workload in platform.workloads if ties else ():
        if isinstance(workload.controller, DaemonSet) and workload.name in ties:
            for index in daemon_nodes(workload, every):
                held[index].add(workload.name)
    return [frozenset(each) for each in held]
