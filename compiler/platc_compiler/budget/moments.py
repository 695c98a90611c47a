"""Which pods may want a node at one moment, over all moments that can be.

Standing pods are always there. What comes and goes is a choice: of the runs by the clock, one of
the largest sets that can meet; of each run of a pipeline, one of the largest sets of tasks of which
none waits for another. A moment takes one of each choice. They are far too many to look at one by
one, so they are looked at in boxes: a box holds, for each choice, some of its sets in a row, and
what it asks for is never less than any of its moments. A box that fits the nodes needs no further
look; one that does not is cut in half (:mod:`.placement`).

What limits the tasks of a runner (``parallelism``, pools, ``max_active_tasks``) is applied at the
end of that way, to single moments.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product

from msgspec import Struct

from platc_compiler.budget.antichains import Order, Part
from platc_compiler.budget.clock import Moments
from platc_compiler.budget.load import RESOURCES, Resource, total
from platc_compiler.budget.tasks import DEFAULT_POOL, Work, caps_each_run, slots_of
from platc_compiler.budget.wanted import Pods, Shape

_SETS = 64
"""Sets of tasks of one part of a DAG that are told apart."""
_RUNS = 8
"""Runs of a pipeline that are told apart."""
_SELECTING = 20_000
_SELECTIONS = 200
"""Selections within the limits of a runner that are looked for and tried, for one moment."""


class Coming(Struct, frozen=True):
    """Pods that come together: a run by the clock, or a task with its worker."""

    name: str
    shapes: tuple[Shape, ...]
    limits: tuple[str, ...] = ()
    """The limits that it counts for."""
    times: int = 1


_Kind = tuple[tuple[Shape, ...], tuple[str, ...]]
"""Shapes and limits: what is the same in both is not told apart."""


class Choice(Struct, frozen=True):
    """Sets of which one is there at a time."""

    sets: tuple[tuple[Coming, ...], ...]
    exact: bool = True
    """Each can be. Otherwise each that can be is part of one of them."""


class Space(Struct, frozen=True):
    """All moments."""

    standing: tuple[Pods, ...]
    choices: tuple[Choice, ...]
    limits: Mapping[str, int]
    """How many may be there of what counts for a limit."""

    @property
    def exact(self) -> bool:
        """Whether every moment can be."""
        return all(choice.exact for choice in self.choices)


Box = tuple[tuple[int, int], ...]
"""The first set of each choice, and the one after the last."""


def whole(space: Space) -> Box:
    """Return the box of all moments."""
    return tuple((0, len(choice.sets)) for choice in space.choices)


def halves(box: Box) -> tuple[Box, ...]:
    """Return the two halves of a box, or nothing if it is a single moment."""
    widths = [high - low for low, high in box]
    if max(widths, default=1) <= 1:
        return ()
    at = widths.index(max(widths))
    low, high = box[at]
    middle = (low + high) // 2
    return (
        (*box[:at], (low, middle), *box[at + 1 :]),
        (*box[:at], (middle, high), *box[at + 1 :]),
    )


def counts(space: Space, box: Box) -> dict[Shape, int]:
    """Return how many pods of each shape suffice for every moment of a box."""
    found: dict[Shape, int] = {}
    for pods in space.standing:
        found[pods.shape] = found.get(pods.shape, 0) + pods.count
    for choice, (low, high) in zip(space.choices, box, strict=True):
        most: dict[tuple[Shape, ...], int] = {}
        for coming in choice.sets[low:high]:
            for shapes, times in _by_shapes(coming).items():
                most[shapes] = max(times, most.get(shapes, 0))
        for shapes, times in most.items():
            for shape in shapes:
                found[shape] = found.get(shape, 0) + times
    return found


def _by_shapes(comings: Iterable[Coming]) -> dict[tuple[Shape, ...], int]:
    found: dict[tuple[Shape, ...], int] = {}
    for coming in comings:
        found[coming.shapes] = found.get(coming.shapes, 0) + coming.times
    return found


def single(space: Space, box: Box) -> tuple[Coming, ...]:
    """Return what comes in the moment that a box of one moment holds."""
    return tuple(
        coming
        for choice, (low, _) in zip(space.choices, box, strict=True)
        for coming in choice.sets[low]
    )


def heaviest(space: Space, resource: Resource) -> Box:
    """Return the moment that asks for the most of a resource, limits left aside."""

    def weight(comings: tuple[Coming, ...]) -> int:
        return sum(s.requests.of(resource) * c.times for c in comings for s in c.shapes)

    best = (
        max(range(len(choice.sets)), key=lambda i: weight(choice.sets[i]))
        for choice in space.choices
    )
    return tuple((at, at + 1) for at in best)


def tied(space: Space) -> Iterator[Box]:
    """Yield, for each set with pods that stand near others or apart, a moment in which it comes.

    Such pods may find no node though the moment is a light one. What else comes asks for the most
    memory.
    """
    box = heaviest(space, "memory")
    for index, choice in enumerate(space.choices):
        for at, comings in enumerate(choice.sets):
            if any(shape.bound for coming in comings for shape in coming.shapes):
                yield (*box[:index], (at, at + 1), *box[index + 1 :])


def pods(space: Space, comings: Iterable[Coming]) -> tuple[Pods, ...]:
    """Return the pods of a moment, in the order in which they come to be."""
    passing: dict[tuple[str, Shape], int] = {}
    for coming in comings:
        for shape in coming.shapes:
            key = coming.name, shape
            passing[key] = passing.get(key, 0) + coming.times
    return (
        *space.standing,
        *(Pods(name, shape, n, passing=True) for (name, shape), n in passing.items()),
    )


class Selections(Struct, frozen=True):
    """Selections of what comes, within the limits."""

    found: tuple[tuple[Coming, ...], ...]
    complete: bool
    """Every selection is part of one of them, as far as shapes go."""


def within(space: Space, comings: Sequence[Coming]) -> Selections:
    """Return the largest selections within the limits; what is alike is not told apart."""
    kinds: dict[_Kind, Coming] = {}
    for coming in comings:
        key = coming.shapes, coming.limits
        before = kinds.get(key)
        times = coming.times + (before.times if before else 0)
        kinds[key] = Coming((before or coming).name, coming.shapes, coming.limits, times)
    alike = list(kinds.values())
    left = {
        name: limit
        for name, limit in space.limits.items()
        if sum(c.times for c in alike if name in c.limits) > limit
    }
    if not left:
        return Selections((tuple(comings),), complete=True)
    free = [c for c in alike if not any(name in left for name in c.limits)]
    bound = [c for c in alike if any(name in left for name in c.limits)]
    found: dict[frozenset[tuple[tuple[Shape, ...], int]], tuple[Coming, ...]] = {}
    waiting: list[tuple[int, dict[str, int], tuple[Coming, ...]]] = [(0, left, ())]
    for _ in range(_SELECTING):
        if not waiting or len(found) > _SELECTIONS:
            break
        at, rest, chosen = waiting.pop()
        if at == len(bound):
            if not _more_fits(bound, chosen, rest):
                selected = (*free, *(c for c in chosen if c.times))
                found.setdefault(frozenset(_by_shapes(selected).items()), selected)
            continue
        coming = bound[at]
        most = min(coming.times, *(rest[name] for name in coming.limits if name in rest))
        for times in range(most + 1):
            after = {n: r - times if n in coming.limits else r for n, r in rest.items()}
            one = Coming(coming.name, coming.shapes, coming.limits, times)
            waiting.append((at + 1, after, (*chosen, one)))
    return Selections(tuple(found.values()), complete=not waiting)


def _more_fits(bound: Sequence[Coming], chosen: Sequence[Coming], rest: Mapping[str, int]) -> bool:
    return any(
        one.times < whole.times and all(rest[n] > 0 for n in whole.limits if n in rest)
        for whole, one in zip(bound, chosen, strict=True)
    )


def by_clock(names: Sequence[str], shapes: Sequence[Shape], at_once: Moments) -> Choice:
    """Return the choice of the runs by the clock."""
    sets = [tuple(Coming(names[i], (shapes[i],)) for i in sorted(s)) for s in at_once.sets]
    return _choice(sets, exact=at_once.exact)


def by_tasks(
    work: Work, shapes: Sequence[tuple[Shape, ...]]
) -> tuple[list[Choice], dict[str, int]]:
    """Return the choices of the tasks of a runner, and its limits; ``shapes`` are by task."""
    runner = work.runner
    limits = {runner.service: runner.parallelism}
    for pool, slots in slots_of(runner).items():
        limits[f"{runner.service} {pool}"] = slots
    choices: list[Choice] = []
    first = 0
    for pipeline, order in zip(work.pipelines, work.orders, strict=True):
        cap = pipeline.max_active_tasks or runner.active_tasks
        runs = min(pipeline.max_active_runs, runner.parallelism)
        told_apart = runs if runs <= _RUNS else 1
        times = 1 if runs <= _RUNS else runs
        for run in range(told_apart):
            own = f"{runner.service} {pipeline.name}"
            if caps_each_run(runner) and times == 1:
                own = f"{own} {run}"
            limits[own] = cap * times if caps_each_run(runner) else cap
            comings = [
                Coming(
                    f"{pipeline.name}.{task.task.name}", shapes[first + i],
                    (
                        runner.service, own,
                        f"{runner.service} {task.task.pool or DEFAULT_POOL}",
                    ), times,
                )
                for i, task in enumerate(work.tasks[first : first + len(pipeline.tasks)])
            ]  # fmt: skip
            choices += _run(order, comings, exact=times == 1)
        first += len(pipeline.tasks)
    return choices, limits


def _run(order: Order, comings: Sequence[Coming], *, exact: bool) -> Iterator[Choice]:
    """Yield the choices of one run of a pipeline: one for each part that is independent."""
    whole = order.whole
    for part in whole.parts if whole.how == "independent" else (whole,):
        sets = _antichains(part, order)
        if sets is None:
            everything = tuple(comings[t] for t in sorted(_tasks(part)))
            yield _choice([everything], exact=False)
        elif sets != [()]:
            yield _choice([tuple(comings[t] for t in each) for each in sets], exact=exact)


def _choice(sets: list[tuple[Coming, ...]], *, exact: bool) -> Choice:
    """Return a choice without sets that ask for nothing more, the largest first."""
    alike: dict[
        frozenset[tuple[tuple[tuple[Shape, ...], tuple[str, ...]], int]], tuple[Coming, ...]
    ]
    alike = {}
    for each in sets:
        kinds: dict[tuple[tuple[Shape, ...], tuple[str, ...]], int] = {}
        for coming in each:
            key = coming.shapes, coming.limits
            kinds[key] = kinds.get(key, 0) + coming.times
        alike.setdefault(frozenset(kinds.items()), each)
    return Choice(tuple(sorted(alike.values(), key=_weight, reverse=True)), exact)


def _weight(comings: tuple[Coming, ...]) -> tuple[int, ...]:
    load = total(shape.requests * c.times for c in comings for shape in c.shapes)
    return tuple(load.of(resource) for resource in RESOURCES)


def _tasks(part: Part) -> list[int]:
    found: list[int] = []
    waiting = [part]
    while waiting:
        here = waiting.pop()
        found += here.tasks
        waiting += here.parts
    return found


def _antichains(part: Part, order: Order) -> list[tuple[int, ...]] | None:
    """Return the largest sets of tasks that can run at once, ``None`` when they are too many."""
    if part.how == "one":
        return [part.tasks]
    if part.how == "prime":
        return _of_prime(part.tasks, order)
    inner = [_antichains(each, order) for each in part.parts]
    known = [sets for sets in inner if sets is not None]
    if len(known) < len(inner):
        return None
    if part.how == "successive":
        return [each for sets in known for each in sets]
    many = 1
    for sets in known:
        many *= len(sets)
    if many > _SETS:
        return None
    return [tuple(t for each in some for t in each) for some in product(*known)]


def _of_prime(tasks: tuple[int, ...], order: Order) -> list[tuple[int, ...]] | None:
    """Return the largest cliques of tasks that are not related.

    The way is that of Bron and Kerbosch, with a pivot.
    """
    mask = sum(1 << t for t in tasks)
    beside = {t: mask & ~order.related[t] & ~(1 << t) for t in tasks}
    found: list[tuple[int, ...]] = []
    waiting: list[tuple[tuple[int, ...], int, int]] = [((), mask, 0)]
    for _ in range(_SETS * _SETS):
        if not waiting:
            return found
        chosen, open_, shut = waiting.pop()
        if not open_ and not shut:
            found.append(chosen)
            if len(found) > _SETS:
                return None
        if not open_:
            continue
        pivot = max((t for t in tasks if (open_ | shut) >> t & 1),
                    key=lambda t: (beside[t] & open_).bit_count())  # fmt: skip
        for task in [t for t in tasks if (open_ & ~beside[pivot]) >> t & 1]:
            waiting.append(((*chosen, task), open_ & beside[task], shut & beside[task]))
            open_ &= ~(1 << task)
            shut |= 1 << task
    return None
