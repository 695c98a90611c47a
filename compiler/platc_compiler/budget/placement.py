"""Where the pods go: as the scheduler would put them, and if that fails, whether any way exists."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from platc_compiler.budget.load import Load
from platc_compiler.budget.nodes import Node
from platc_compiler.ir.labels import Labels

_STEPS = 50_000
"""Steps of the search for a placement before it gives up."""


class Unit(Struct, frozen=True):
    """A pod that is to be placed."""

    name: str
    requests: Load
    selector: Labels = ()


class Placement(Struct, frozen=True):
    """The node of each pod."""

    pods: tuple[tuple[str, str], ...]
    """Pod and node, in the order of placing; DaemonSets' are left out."""
    unplaced: Unit | None = None
    """The pod that finds no node, ``None`` when all do."""
    lucky: bool = False
    """The order of creation leads nowhere, but another order would do."""
    proven: bool = True
    """With a pod unplaced: no placement exists, as opposed to none having been found."""


def place(units: Sequence[Unit], nodes: Sequence[Node], room: Sequence[Load]) -> Placement:
    """Place pods on nodes; ``room`` is what each node has left beside its DaemonSets."""
    seats = [
        [i for i, node in enumerate(nodes) if not node.tainted and node.matches(unit.selector)]
        for unit in units
    ]
    found = _as_created(units, seats, nodes, list(room))
    if isinstance(found, list):
        return _named(units, nodes, found)
    order = sorted(range(len(units)), key=lambda i: (len(seats[i]), *_largest_first(units[i])))
    search = _Search(units, seats, list(room), order, [node.labels for node in nodes])
    if search.found():
        return _named(units, nodes, search.taken, lucky=True)
    return Placement((), units[found], proven=search.steps > 0)


def _named(
    units: Sequence[Unit], nodes: Sequence[Node], taken: list[int], *, lucky: bool = False
) -> Placement:
    pods = tuple((u.name, nodes[i].name) for u, i in zip(units, taken, strict=True))
    return Placement(pods, lucky=lucky)


def _largest_first(unit: Unit) -> tuple[int, ...]:
    return (-unit.requests.memory, -unit.requests.cpu, -unit.requests.ephemeral_storage)


def _as_created(
    units: Sequence[Unit], seats: list[list[int]], nodes: Sequence[Node], room: list[Load]
) -> list[int] | int:
    """Return the node of each pod in turn, or the first pod that fits on none.

    Each goes to the node that is left the emptiest: the mean of the free shares of CPU and memory
    after placing, the scheduler's default strategy (``leastResourceScorer`` in
    pkg/scheduler/framework/plugins/noderesources).
    """
    taken = []
    for index, unit in enumerate(units):
        best, score = -1, -1.0
        for i in seats[index]:
            if unit.requests.fits(room[i]):
                left = room[i] - unit.requests
                whole = nodes[i].allocatable
                free = left.memory / max(whole.memory, 1) + left.cpu / max(whole.cpu, 1)
                if free > score:
                    best, score = i, free
        if best < 0:
            return index
        room[best] -= unit.requests
        taken.append(best)
    return taken


class _Search:
    """Depth first, the hardest pods first, no two alike nodes tried for one pod."""

    def __init__(
        self,
        units: Sequence[Unit],
        seats: list[list[int]],
        room: list[Load],
        order: list[int],
        labels: list[Labels],
    ) -> None:
        self._units = units
        self._seats = seats
        self._room = room
        self._order = order
        self._labels = labels
        self.steps = _STEPS
        self.taken = [-1] * len(units)

    def found(self) -> bool:
        """Say whether a placement was found, into ``taken``."""
        options = [self._options(0)]
        while options:
            position = len(options) - 1
            if position == len(self._order):
                return True
            unit = self._order[position]
            if self.taken[unit] >= 0:
                self._room[self.taken[unit]] += self._units[unit].requests
                self.taken[unit] = -1
            if not options[-1] or self.steps <= 0:
                options.pop()
                continue
            self.steps -= 1
            node = options[-1].pop()
            self._room[node] -= self._units[unit].requests
            self.taken[unit] = node
            options.append(self._options(position + 1))
        return False

    def _options(self, position: int) -> list[int]:
        """Return the nodes for the next pod, the fullest last and so tried first."""
        if position == len(self._order):
            return []
        unit = self._order[position]
        requests = self._units[unit].requests
        alike: dict[tuple[Load, Labels], int] = {}
        for i in self._seats[unit]:
            if requests.fits(self._room[i]):
                alike.setdefault((self._room[i], self._labels[i]), i)
        return sorted(alike.values(), key=lambda i: (-self._room[i].memory, -self._room[i].cpu))
