"""Whether the pods find their nodes at every moment, and in whatever order they come.

Three questions, each with a bound on its work:

- Can every moment be placed at all? A box of moments (:mod:`.moments`) that fits is done with,
  and a single moment that cannot be placed is an error. What is neither shown to fit nor not to
  is told as undecided.
- Does the scheduler find the way (:mod:`.scheduler`)? The heaviest moments, and those in which pods
  come that stand near others, are placed in several orders, and a pod that is left over in one of
  them is told: it would wait after a restart.
- Where do the pods go when they come in the order of creation? That is for the report.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from random import Random

from msgspec import Struct

from platc_compiler.budget import moments
from platc_compiler.budget.fleet import Fleet, any_order_fits
from platc_compiler.budget.load import RESOURCES
from platc_compiler.budget.moments import Box, Coming, Space
from platc_compiler.budget.scheduler import Choose, Cluster, Placed, Refused, Steps, Turn
from platc_compiler.budget.search import exceeds, greedy, search
from platc_compiler.budget.wanted import Pods, Shape

_BOXES = 600
"""Boxes of moments that are looked at."""
_PACKING = 3_000_000
"""Looks at nodes, alike nodes being one, for the first question."""
_SEARCHED = 600_000
"""Those of them that one moment may take."""
_SCHEDULING = 2_000_000
"""Looks for the second question, and as many for the third."""
_MIXED = 2
"""Orders of chance in which runs by the clock, tasks and jobs come among the other pods."""
_SHUFFLED = 24
"""Orders of chance in which they come last, as they mostly do.

Of 63 random platforms that two such orders and two mixed ones passed, the scheduler would have left
a pod over in one try out of twenty; of those that 24 such orders pass, in one out of ten thousand.
"""
_TIED = 48
"""Moments that are tried because pods come in them that stand near others, or apart."""
_SURE = 9
"""Orders that are tried in any case."""
_FURTHER = 30_000
"""Looks after which no further order of a moment is begun."""


class Unplaced(Struct, frozen=True):
    """A pod that finds no node."""

    pod: str
    shape: Shape
    proven: bool
    """No placement of all pods exists. Otherwise none was found."""
    beside: tuple[str, ...]
    """What else comes and goes at that moment."""


class Late(Struct, frozen=True):
    """A pod that finds no node when the pods come in some order, though all could be placed."""

    pod: str
    order: str
    """The order, as the end of a sentence."""
    beside: tuple[str, ...]


class Verdict(Struct, frozen=True):
    """The answers to the first two questions."""

    unplaced: Unplaced | None = None
    late: Late | None = None
    untried: bool = False
    """The pods and nodes are too many to play through even one order."""


def judge(space: Space, fleet: Fleet, effort: float = 1) -> Verdict:
    """Return whether the pods find their nodes at every moment.

    ``effort`` is the part of the work that is done at most: with less, more is left undecided.
    """
    if any_order_fits(fleet, moments.counts(space, moments.whole(space))):
        return Verdict()
    unplaced = _unplaced(space, fleet, Steps(int(_PACKING * effort)))
    if unplaced is not None:
        return Verdict(unplaced)
    return _late(space, fleet, Steps(int(_SCHEDULING * effort)))


def _unplaced(space: Space, fleet: Fleet, steps: Steps) -> Unplaced | None:
    """Return a pod of a moment that is not shown to fit; of one that cannot before any other."""
    open_question: Unplaced | None = None
    waiting = [moments.whole(space)]
    for _ in range(_BOXES):
        if not waiting:
            return open_question
        box = waiting.pop()
        wanted = moments.counts(space, box)
        if exceeds(fleet, wanted) is None and greedy(fleet, wanted, steps):
            continue
        halves = moments.halves(box)
        if halves:
            # The first half is the heavier one, and is looked at first.
            waiting += reversed(halves)
            continue
        found = _of_one_moment(space, fleet, box, steps)
        if found is not None and found.proven:
            return found
        open_question = open_question or found
    if open_question is None and waiting:
        comings = moments.single(space, tuple((low, low + 1) for low, _ in waiting[-1]))
        open_question = _named(space, fleet, comings, proven=False)
    return open_question


def _of_one_moment(space: Space, fleet: Fleet, box: Box, steps: Steps) -> Unplaced | None:
    comings = moments.single(space, box)
    selections = moments.within(space, comings)
    unknown = None if selections.complete else _named(space, fleet, comings, proven=False)
    for variant in selections.found:
        wanted = _shapes(moments.pods(space, variant))
        if exceeds(fleet, wanted) is not None and space.exact:
            return _named(space, fleet, variant, proven=True)
        if greedy(fleet, wanted, steps):
            continue
        own = Steps(min(steps.left, _SEARCHED))
        granted = own.left
        answer = search(fleet, wanted, own)
        steps.left -= granted - own.left
        if answer == "no" and space.exact:
            return _named(space, fleet, variant, proven=True)
        if answer != "yes":
            unknown = unknown or _named(space, fleet, variant, proven=False)
    return unknown


def _shapes(wanted: Sequence[Pods]) -> dict[Shape, int]:
    counts: dict[Shape, int] = {}
    for pods in wanted:
        counts[pods.shape] = counts.get(pods.shape, 0) + pods.count
    return counts


def _named(space: Space, fleet: Fleet, comings: Sequence[Coming], *, proven: bool) -> Unplaced:
    """Return the first pod that the scheduler would leave over, the largest coming first."""
    kinds = moments.pods(space, comings)
    turns = _largest_first(kinds)
    found = Cluster(fleet, kinds, Steps(_SEARCHED)).place(turns, lambda _: 0)
    if not isinstance(found, Refused):
        # Nothing is left over, or the steps are spent: the largest is the hardest to place.
        found = Refused(kinds[turns[0][0]], turns[0][1])
    return Unplaced(found.name, found.pods.shape, proven, _names(comings))


def _names(comings: Sequence[Coming]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(coming.name for coming in comings))


def _late(space: Space, fleet: Fleet, steps: Steps) -> Verdict:
    """Return a pod that is left over in some order, at a heavy moment or at one with ties."""
    tried = False
    heaviest = (moments.heaviest(space, resource) for resource in RESOURCES)
    for box in dict.fromkeys((*heaviest, *islice(moments.tied(space), _TIED))):
        for comings in moments.within(space, moments.single(space, box)).found[:1]:
            kinds = moments.pods(space, comings)
            enough = steps.left - _FURTHER
            for number, (name, turns, choose) in enumerate(_orders(kinds)):
                if number >= _SURE and steps.left < enough:
                    break
                found = Cluster(fleet, kinds, steps).place(turns, choose)
                if isinstance(found, Refused):
                    return Verdict(late=Late(found.name, name, _names(comings)))
                if found is None:
                    return Verdict(untried=not tried)
                tried = True
    return Verdict()


def _created(kinds: Sequence[Pods]) -> list[Turn]:
    return [(kind, index) for kind, pods in enumerate(kinds) for index in range(pods.count)]


def _largest_first(kinds: Sequence[Pods]) -> list[Turn]:
    def size(turn: Turn) -> tuple[int, int, int]:
        asked = kinds[turn[0]].shape.requests
        return asked.memory, asked.cpu, asked.ephemeral_storage

    return sorted(_created(kinds), key=size, reverse=True)


def _orders(kinds: Sequence[Pods]) -> Iterator[tuple[str, list[Turn], Choose]]:
    """Yield orders in which the pods may come, each with a way to choose among the best nodes."""
    created, largest = _created(kinds), _largest_first(kinds)
    yield "in the order of their creation", created, _first
    yield "in the opposite order", created[::-1], _last
    yield "with the smallest first", largest[::-1], _first
    yield "with the largest first", largest, _last
    standing = [turn for turn in created if not kinds[turn[0]].passing]
    passing = [turn for turn in created if kinds[turn[0]].passing]
    if passing:
        yield "while tasks and jobs run and the other pods restart", passing + standing, _first
    for seed in range(_MIXED + _SHUFFLED):
        chance = Random(seed)  # noqa: S311 - no secret, and the same for every build
        groups = (created,) if seed < _MIXED else (standing, passing)
        turns = [turn for group in groups for turn in chance.sample(group, len(group))]
        yield "in an order of chance", turns, _by_chance(chance)


def _first(_: int) -> int:
    return 0


def _last(count: int) -> int:
    return count - 1


def _by_chance(chance: Random) -> Callable[[int], int]:
    return chance.randrange


def as_created(space: Space, fleet: Fleet) -> tuple[tuple[str, int], ...]:
    """Return each pod with its node, by its place in the list of nodes, at the heaviest moment.

    Nothing is returned when the scheduler leaves one over, or the steps do not suffice.
    """
    comings = moments.single(space, moments.heaviest(space, "memory"))
    kinds = moments.pods(space, next(iter(moments.within(space, comings).found), comings))
    found = Cluster(fleet, kinds, Steps(_SCHEDULING)).place(_created(kinds), _first)
    if not isinstance(found, Placed):
        return ()
    return tuple((kinds[kind].nth(index), node) for (kind, index), node in found.homes)
