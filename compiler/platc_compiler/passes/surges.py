"""A second pod during a roll-out of Deployments with one replica, if the budget has room for it.

Without a second pod, a roll-out ends the only pod before the next is ready, and a bad image is an
outage. With one (``maxSurge: 1``, ``maxUnavailable: 0``), the old pod stays until the new one is
ready. When everything is applied again, all Deployments roll at once, so the second pods are
summed, in requests and in limits. The smallest are chosen first, so that most Deployments have one.
On several nodes, the pods must also find their nodes in every tested order, and in a short time;
otherwise fewer Deployments surge.

A Deployment of several replicas rolls with one pod less. One that is scaled has as many as its
autoscaler leaves it: if that can be one, it surges as well.
"""

from __future__ import annotations

from msgspec.structs import replace

from platc_compiler.budget.bonds import bonds
from platc_compiler.budget.load import Load, measured
from platc_compiler.budget.pods import size
from platc_compiler.budget.report import clear, report
from platc_compiler.ir.platform import Platform
from platc_compiler.ir.workloads import Deployment, Workload

_TRIES = 4
"""The numbers of surging Deployments for which a placement is searched."""


def surges(platform: Platform) -> Platform:
    """Let Deployments of one replica surge, as far as the budget has room."""
    chosen = _within_the_sums(platform)
    if len(report(platform).nodes) == 1 and not bonds(platform):
        return _surging(platform, chosen)
    for _ in range(_TRIES):
        if not chosen:
            break
        surging = _surging(platform, chosen)
        if clear(surging):
            return surging
        chosen = chosen[: len(chosen) // 2]
    return platform


def _within_the_sums(platform: Platform) -> list[int]:
    """Return the positions of the workloads whose second pods fit the sum of the nodes."""
    budget, accepted = report(platform), platform.spec.cluster.overcommit
    room = budget.available - budget.requests
    most_memory = budget.available.memory * accepted.memory
    most_cpu = budget.available.cpu * accepted.cpu
    limits = budget.limits
    chosen = []
    for index in sorted(_candidates(platform), key=lambda i: _smallest(platform.workloads[i])):
        one = size(platform.workloads[index].pod)
        more = limits + one.limits
        if _fits(one.requests, room) and more.memory <= most_memory and more.cpu <= most_cpu:
            room, limits = room - one.requests, more
            chosen.append(index)
    return chosen


def _fits(asked: Load, room: Load) -> bool:
    """Return whether there is room; there is none if a resource is already exceeded."""
    return all(asked.of(resource) <= room.of(resource) for resource in measured([asked]))


def _candidates(platform: Platform) -> list[int]:
    found = []
    for index, workload in enumerate(platform.workloads):
        match workload.controller:
            case Deployment(replicas=replicas, recreate=False, alone=False):
                if _least(workload, replicas) == 1:
                    found.append(index)
    return found


def _least(workload: Workload, replicas: int) -> int:
    """Return how many pods there are at least; an autoscaler that may remove all keeps no one."""
    return max(1, workload.scaling.least) if workload.scaling else replicas


def _smallest(workload: Workload) -> tuple[int, int, str, str]:
    one = size(workload.pod)
    return one.limits.memory, one.requests.memory, workload.namespace, workload.name


def _surging(platform: Platform, chosen: list[int]) -> Platform:
    workloads = list(platform.workloads)
    for index in chosen:
        workload = workloads[index]
        if isinstance(workload.controller, Deployment):
            workloads[index] = replace(workload, controller=replace(workload.controller, surge=1))
    return replace(platform, workloads=tuple(workloads))
