"""The verdict: what is asked for at the worst moment, what there is, and where it goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from platc_compiler.budget.lines import Line, all_lines, at_once, daemon_nodes, uncounted
from platc_compiler.budget.load import Load, Resource, total
from platc_compiler.budget.nodes import Node, nodes
from platc_compiler.budget.pods import size
from platc_compiler.ir.identity_cache import cached_by_identity
from platc_compiler.ir.platform import Platform
from platc_compiler.ir.workloads import DaemonSet
from platc_spec.quantities import human_bytes

if TYPE_CHECKING:
    from platc_compiler.budget.placement import Verdict

_CORE = 1000
"""Millicores."""


_SOON = 0.05
"""The part of the work on a placement that takes about a tenth of a second."""


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
    exact: bool = True
    """Whether every moment of the runs by the clock was looked at. Otherwise some run in the sums
    beside each other that never do."""

    def over(self, resource: str) -> int:
        """Return by how much the requests exceed what there is; zero or less when they fit."""
        return self.requests.of(resource) - self.available.of(resource)

    def overcommit(self, resource: str) -> float:
        """Return limits over what there is: 1.5 is half as much again."""
        return self.limits.of(resource) / max(1, self.available.of(resource))

    def largest(self, resource: str, count: int = 5) -> tuple[Line, ...]:
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


def text(resource: str, amount: int) -> str:
    """Return an amount of a resource for people."""
    if "/" in resource:
        return f"{amount} {resource}"
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
        exact=at_once(platform).exact,
    )  # fmt: skip


def clear(platform: Platform) -> bool:
    """Say whether it is soon clear that the pods find their nodes in every order that is tried."""
    # A platform on one node does not pay for it.
    from platc_compiler.budget.demand import Ashore, demand, places
    from platc_compiler.budget.placement import Verdict, judge

    found = places(platform)
    return not isinstance(found, Ashore) and judge(demand(platform), found, _SOON) == Verdict()


@cached_by_identity
def verdict(platform: Platform) -> Verdict:
    """Return whether the pods find their nodes at every moment; DaemonSets' fit."""
    # A platform on one node does not pay for it.
    from platc_compiler.budget.demand import Ashore, demand, places
    from platc_compiler.budget.placement import Verdict, judge

    found = places(platform)
    return Verdict() if isinstance(found, Ashore) else judge(demand(platform), found)


def homes(platform: Platform) -> tuple[tuple[str, str], ...]:
    """Return each pod with its node at the worst moment for memory, in the order of creation.

    DaemonSets are left out. Nothing is returned when a pod finds no node, or when pods and nodes
    are too many.
    """
    # A platform on one node does not pay for it.
    from platc_compiler.budget.demand import Ashore, demand, places
    from platc_compiler.budget.placement import as_created

    found = places(platform)
    if isinstance(found, Ashore):
        return ()
    every = report(platform).nodes
    return tuple((pod, every[i].name) for pod, i in as_created(demand(platform), found))
