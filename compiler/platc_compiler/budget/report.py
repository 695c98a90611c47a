"""The verdict: what is asked for at the worst moment, what there is, and where it goes."""

from __future__ import annotations

from msgspec import Struct

from platc_compiler.budget.lines import (
    Line,
    all_lines,
    daemon_nodes,
    moments,
    pipelines_of,
    pod_count,
    timed,
    uncounted,
)
from platc_compiler.budget.load import Load, Resource, from_amounts, total
from platc_compiler.budget.nodes import Node, nodes
from platc_compiler.budget.placement import Placement, Unit, place
from platc_compiler.budget.pods import size
from platc_compiler.budget.tasks import peak, work
from platc_compiler.ir.network import Labels
from platc_compiler.ir.platform import Platform
from platc_compiler.ir.workloads import CronJob, DaemonSet, Workload
from platc_spec.quantities import human_bytes

_CORE = 1000
"""Millicores."""


class Budget(Struct, frozen=True):
    """What the platform asks of its cluster."""

    nodes: tuple[Node, ...]
    lines: tuple[Line, ...]
    """Every contribution, in the order of the platform."""
    requests: Load
    """The sum of the lines: an upper bound of what is requested at once, resource by resource."""
    limits: Load
    """The sum of the limits that are stated."""
    available: Load
    """What the nodes that take the platform's pods have for them."""
    uncounted: tuple[str, ...]
    """External services in the cluster of which nobody says what they take."""

    def over(self, resource: Resource) -> int:
        """Return by how much the requests exceed what there is; zero or less when they fit."""
        return self.requests.of(resource) - self.available.of(resource)

    def overcommit(self, resource: Resource) -> float:
        """Return limits over what there is: 1.5 is half as much again."""
        return self.limits.of(resource) / max(1, self.available.of(resource))

    def largest(self, resource: Resource, count: int = 5) -> tuple[Line, ...]:
        """Return the largest contributors to the requests of a resource."""
        ranked = sorted(self.lines, key=lambda line: (-line.requests.of(resource), line.name))
        return tuple(line for line in ranked[:count] if line.requests.of(resource))

    def largest_limits(self, resource: Resource, count: int = 5) -> tuple[Line, ...]:
        """Return the largest contributors to the limits of a resource."""
        ranked = sorted(self.lines, key=lambda line: (-line.limits.of(resource), line.name))
        return tuple(line for line in ranked[:count] if line.limits.of(resource))

    @property
    def summary(self) -> str:
        """The use of memory and CPU, and how far limits exceed what there is, in one line."""
        cores = f"{self.requests.cpu / 1000:.2f} of {self.available.cpu / 1000:.2f} cores"
        gib = 1 << 30
        memory = f"{self.requests.memory / gib:.2f} of {self.available.memory / gib:.2f} GiB"
        limits = f"{self.overcommit('memory'):.2f} and {self.overcommit('cpu'):.2f} times as much"
        return f"memory {memory}, CPU {cores}; limits {limits}"


def text(resource: Resource, amount: int) -> str:
    """Return an amount of a resource for people."""
    if resource == "pods":
        return "1 pod" if amount == 1 else f"{amount} pods"
    if resource == "cpu":
        return f"{amount / 1000:g} CPU" if amount >= _CORE else f"{amount}m CPU"
    return human_bytes(amount)


@cached_by_identity
def report(platform: Platform) -> Budget:
    """Return the budget of a platform."""
    every = nodes(platform.spec.cluster)
    lines = tuple(all_lines(platform, every))
    open_nodes = [i for i, node in enumerate(every) if not node.tainted]
    elsewhere = total(
        size(w.pod).requests * sum(1 for i in daemon_nodes(w, every) if every[i].tainted)
        for w in platform.workloads if isinstance(w.controller, DaemonSet)
    )  # fmt: skip
    return Budget(
        nodes=every, lines=lines, requests=total(line.requests for line in lines),
        limits=total(line.limits for line in lines),
        # What DaemonSets take of nodes that are closed to others is counted on both sides.
        available=total(every[i].free for i in open_nodes) + elsewhere,
        uncounted=tuple(external.name for external in uncounted(platform)),
    )  # fmt: skip


def placement(platform: Platform, resource: Resource = "memory") -> Placement:
    """Return where the pods go at the worst moment of a resource."""
    every = nodes(platform.spec.cluster)
    room = [node.free for node in every]
    for workload in platform.workloads:
        if isinstance(workload.controller, DaemonSet):
            requests = size(workload.pod).requests
            for index in daemon_nodes(workload, every):
                if not requests.fits(room[index]):
                    unit = Unit(f"{workload.name} on {every[index].name}", requests)
                    return Placement((), unplaced=unit)
                room[index] -= requests
    return place(units(platform, every, resource), every, room)


def units(platform: Platform, every: tuple[Node, ...], resource: Resource) -> tuple[Unit, ...]:
    """Return every pod at the worst moment of a resource, DaemonSets' excepted.

    They stand in the order in which they come to be.
    """
    found: list[Unit] = []
    for external in platform.externals:
        if external.counted:
            requests = Load(pods=1) + from_amounts(external.requests)
            found += _several(external.name, requests, (), external.replicas)
    for workload in platform.workloads:
        if not isinstance(workload.controller, (CronJob, DaemonSet)):
            found += _of(workload, pod_count(workload, every))
    runs = timed(platform)
    if runs:
        loads = [size(workload.pod).requests for workload in runs]
        worst = max(
            moments(runs).sets, key=lambda moment: sum(loads[i].of(resource) for i in moment)
        )
        for index in sorted(worst):
            found += _of(runs[index], 1)
    for runner, own in pipelines_of(platform):
        worst_tasks = peak(work(runner, own), lambda task: task.requests.of(resource)).tasks
        for task, _ in worst_tasks:
            name = f"{task.pipeline.name}.{task.task.name}"
            for pod, one in zip(task.pods, task.sizes, strict=True):
                found.append(Unit(name, one.requests, pod.node_selector))
    return tuple(found)


def _of(workload: Workload, count: int) -> list[Unit]:
    return _several(workload.name, size(workload.pod).requests, workload.pod.node_selector, count)


def _several(name: str, requests: Load, selector: Labels, count: int) -> list[Unit]:
    if count == 1:
        return [Unit(name, requests, selector)]
    return [Unit(f"{name}-{i}", requests, selector) for i in range(count)]
