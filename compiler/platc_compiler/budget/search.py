"""Whether any way exists to place pods: a search with a bounded number of steps.

Only shapes and their numbers count here. The search goes depth first, the hardest pods first. It
tries each kind of node once for a pod, never the same nodes for the same pods twice, and leaves a
way as soon as what is left cannot suffice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from operator import add
from typing import Literal

from platc_compiler.budget.fleet import Amounts, Berth, Fleet, amounts, fits, minus
from platc_compiler.budget.scheduler import Steps
from platc_compiler.budget.wanted import Shape, Wish

Answer = Literal["yes", "no", "unknown"]

_SIZES = 100
"""Sizes of pods that are looked at one by one."""
_Place = tuple[int, Amounts, frozenset[str]]
"""Nodes that are alike: which labels they have, by the berth, what is left of them, and which
groups of pods (:class:`.Shape`) they hold."""


def exceeds(fleet: Fleet, counts: Mapping[Shape, int]) -> Shape | None:
    """Return a shape of those that ask for more than their nodes have together, if there are any.

    Asked are the pods of each selector, with those whose nodes are among its nodes, against these
    nodes: what they ask for in sum, and how many of those beyond a size the nodes take, one by one.
    """
    nodes = {shape.wish: _seats(fleet, shape.wish) for shape in counts}
    resources = range(len(fleet[0].room))
    for wish in sorted(nodes, key=lambda wish: wish[0]):
        seats = [fleet[index] for index in sorted(nodes[wish])]
        room = [sum(max(0, b.room[r]) * len(b.nodes) for b in seats) for r in resources]
        strictest: Shape | None = None
        asked = [0] * len(resources)
        for shape, count in counts.items():
            if nodes[shape.wish] <= nodes[wish]:
                one = amounts(shape.requests)
                asked = [total + each * count for total, each in zip(asked, one, strict=True)]
                strictest = shape if strictest is None else _larger(strictest, shape)
        if any(a > r for a, r in zip(asked, room, strict=True)):
            return strictest
        larger = [s for s in counts if nodes[s.wish] <= nodes[wish]]
        for resource in resources:
            beyond = _too_many(seats, larger, counts, resource)
            if beyond is not None:
                return beyond
    return None


def _too_many(
    seats: Sequence[Berth], shapes: Sequence[Shape], counts: Mapping[Shape, int], resource: int
) -> Shape | None:
    """Return a shape of which, with those that ask for more, there are more than nodes take."""
    number = 0
    ranked = sorted(shapes, key=lambda shape: amounts(shape.requests)[resource], reverse=True)
    for shape in ranked[:_SIZES]:
        asked = amounts(shape.requests)[resource]
        if not asked:
            break
        number += counts[shape]
        if number > sum(max(0, b.room[resource]) // asked * len(b.nodes) for b in seats):
            return shape
    return None


def _larger(one: Shape, other: Shape) -> Shape:
    return max(one, other, key=lambda shape: amounts(shape.requests))


def greedy(fleet: Fleet, counts: Mapping[Shape, int], steps: Steps) -> bool:
    """Say whether the pods fit when the hardest go first, each to the fullest node that takes it.

    Tried are several measures of what is hard.
    """
    return any(_packs(fleet, order, counts, steps) for order in _orders(fleet, counts))


def _orders(fleet: Fleet, counts: Mapping[Shape, int]) -> list[list[Shape]]:
    """Return the shapes, the hardest first, by several measures."""
    seats = {shape: _seats(fleet, shape.wish) for shape in counts}
    whole = [
        max(1, sum(max(0, b.room[r]) * len(b.nodes) for b in fleet))
        for r in range(len(fleet[0].room))
    ]

    ranks = _ranks(counts)

    def shares(shape: Shape) -> list[float]:
        return [a / w for a, w in zip(amounts(shape.requests), whole, strict=True)]

    measures = (
        lambda shape: (-max(shares(shape)), -sum(shares(shape))),
        lambda shape: (-sum(shares(shape)),),
        lambda shape: (-shape.requests.memory, -shape.requests.cpu),
        lambda shape: (-shape.requests.cpu, -shape.requests.memory),
    )
    found: list[list[Shape]] = []
    for measure in measures:
        order = sorted(
            counts, key=lambda shape: (ranks[shape.group], len(seats[shape]), *measure(shape))
        )
        if order not in found:
            found.append(order)
    return found


def _ranks(shapes: Iterable[Shape]) -> dict[str, int]:
    """Return when the pods of each group come: after those near which they must stand."""
    near: dict[str, set[str]] = {}
    for shape in shapes:
        near.setdefault(shape.group, set()).update(shape.awaited)
    ranks = dict.fromkeys(near, 0)
    for _ in range(len(near) if any(near.values()) else 0):
        ranks = {
            g: max((ranks.get(n, 0) + 1 for n in names), default=0) for g, names in near.items()
        }
    return ranks


def _places(fleet: Fleet) -> dict[_Place, int]:
    return {(i, berth.room, berth.groups): len(berth.nodes) for i, berth in enumerate(fleet)}


def _fitting(
    fleet: Fleet, places: Iterable[_Place], shape: Shape, asked: Amounts, seats: frozenset[int]
) -> list[_Place]:
    fitting = [place for place in places if place[0] in seats and fits(asked, place[1])]
    if not shape.bound:
        return fitting
    fitting = [place for place in fitting if shape.may_join(place[2])]
    if not shape.zoned:
        return fitting
    held: dict[str, set[str]] = {}
    for index, _, groups in places:
        held.setdefault(fleet[index].zone, set()).update(groups)
    zones = {zone for zone, groups in held.items() if shape.may_enter(zone, groups)}
    return [place for place in fitting if fleet[place[0]].zone in zones]


def _seats(fleet: Fleet, wish: Wish) -> frozenset[int]:
    return frozenset(i for i, berth in enumerate(fleet) if berth.takes(wish))


def _packs(fleet: Fleet, order: Sequence[Shape], counts: Mapping[Shape, int], steps: Steps) -> bool:
    places = _places(fleet)
    for shape in order:
        asked, seats = amounts(shape.requests), _seats(fleet, shape.wish)
        for _ in range(counts[shape]):
            steps.left -= len(places)
            if steps.spent:
                return False
            fitting = _fitting(fleet, places, shape, asked, seats)
            if not fitting:
                return False
            _move(places, min(fitting, key=lambda place: place[1]), asked, shape.group)
    return True


def _move(places: dict[_Place, int], place: _Place, asked: Amounts, group: str) -> _Place:
    """Put a pod on one of the nodes, and return what they are then."""
    after = place[0], minus(place[1], asked), place[2] | {group} if group else place[2]
    places[place] -= 1
    if not places[place]:
        del places[place]
    places[after] = places.get(after, 0) + 1
    return after


def search(fleet: Fleet, counts: Mapping[Shape, int], steps: Steps) -> Answer:
    """Return whether the pods can be placed; each order of them is given a part of the steps."""
    orders = _orders(fleet, counts)
    for turn, order in enumerate(orders):
        part = Steps(steps.left // (len(orders) - turn))
        granted = part.left
        answer = _Search(fleet, order, counts, part).answer()
        steps.left -= granted - max(0, part.left)
        if answer != "unknown":
            return answer
    return "unknown"


class _Search:
    """One depth-first search."""

    def __init__(
        self, fleet: Fleet, order: Sequence[Shape], counts: Mapping[Shape, int], steps: Steps
    ) -> None:
        self._fleet = fleet
        self._places = _places(fleet)
        self._pods = [shape for shape in order for _ in range(counts[shape])]
        self._seats = {shape: _seats(fleet, shape.wish) for shape in order}
        self._asked = {shape: amounts(shape.requests) for shape in order}
        self._nothing = (0,) * len(fleet[0].room)
        self._left = self._remaining()
        self._steps = steps
        self._seen: set[tuple[int, frozenset[tuple[_Place, int]]]] = set()

    def _remaining(self) -> list[tuple[Amounts, tuple[tuple[frozenset[int], Amounts], ...]]]:
        """Return, from each pod on, the least that any asks for, and what is asked for by seats."""
        least: Amounts | None = None
        totals = dict.fromkeys(self._seats.values(), self._nothing)
        found: list[tuple[Amounts, tuple[tuple[frozenset[int], Amounts], ...]]]
        found = [(self._nothing, ())]
        for shape in reversed(self._pods):
            asked, own = self._asked[shape], self._seats[shape]
            least = asked if least is None else _least(least, asked)
            # Pods with fewer seats sit on those of the others too.
            totals = {s: _plus(t, asked) if own <= s else t for s, t in totals.items()}
            found.append((least, tuple(totals.items())))
        return found[::-1]

    def answer(self) -> Answer:
        """Return whether the pods can be placed."""
        ways: list[list[_Place]] = [self._ways(0)]
        taken: list[tuple[_Place, _Place]] = []
        while ways:
            position = len(ways) - 1
            if position == len(self._pods):
                return "yes"
            if len(taken) > position:
                self._undo(*taken.pop())
            if self._steps.spent:
                return "unknown"
            if not ways[-1]:
                ways.pop()
                continue
            place = ways[-1].pop()
            shape = self._pods[position]
            after = _move(self._places, place, self._asked[shape], shape.group)
            taken.append((place, after))
            ways.append(self._ways(position + 1))
        return "no"

    def _undo(self, before: _Place, after: _Place) -> None:
        self._places[after] -= 1
        if not self._places[after]:
            del self._places[after]
        self._places[before] = self._places.get(before, 0) + 1

    def _ways(self, position: int) -> list[_Place]:
        """Return the nodes for the next pod, the fullest last and so tried first."""
        if position == len(self._pods):
            return []
        self._steps.left -= 1 + len(self._places)
        shape = self._pods[position]
        same = position, frozenset(self._places.items())
        if same in self._seen or not self._suffices(position):
            return []
        self._seen.add(same)
        asked, seats = self._asked[shape], self._seats[shape]
        fitting = _fitting(self._fleet, self._places, shape, asked, seats)
        return sorted(fitting, key=lambda place: place[1], reverse=True)

    def _suffices(self, position: int) -> bool:
        """Say whether what is left can suffice, counting only nodes that some pod still fits on."""
        least, totals = self._left[position]
        useful = [(p, n) for p, n in self._places.items() if fits(least, p[1])]
        for seats, asked in totals:
            room = [0] * len(asked)
            for (berth, left, _), count in useful:
                if berth in seats:
                    for r in range(len(asked)):
                        room[r] += max(0, left[r]) * count
            if any(a > r for a, r in zip(asked, room, strict=True)):
                return False
        return True


def _least(one: Amounts, other: Amounts) -> Amounts:
    return tuple(map(min, one, other))


def _plus(one: Amounts, other: Amounts) -> Amounts:
    return tuple(map(add, one, other))
