"""The heaviest tasks of a DAG that can run at once: its heaviest antichain, of at most k tasks.

Tasks can run at once when neither must wait for the other. Independent parts add up, and of parts
that follow one another only one runs, so a DAG made of fans and chains is computed exactly,
whatever its size. What cannot be taken apart so is enumerated while it is small; beyond, the
smaller of two upper bounds is taken: the weight of the heaviest antichain of any size (by
Dilworth's theorem a minimal flow, found as a minimal cut), and that of the heaviest k tasks out of
different chains.

How a DAG is taken apart does not depend on weights: it is found once for all measures. Every loop
is bounded, so that 2,000 tasks with any waits take less than a second. More than ``_COUNTED`` tasks
at once are not counted one by one: the choice is then the heaviest of any size.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from msgspec import Struct

_ENUMERATED = 16
_ANTICHAINS = 5_000
"""Antichains that are enumerated of one part."""
_FLOW = 128
_DEEPEST = 100
_COUNTED = 256


class Choice(Struct, frozen=True):
    """Tasks that run at once."""

    weight: int
    """Their weight, or an upper bound of it."""
    chosen: tuple[int, ...] = ()
    """Which they are; with an upper bound, some of the heaviest."""
    beside: tuple[Choice, ...] = ()
    """Choices that are part of it."""
    times: int = 1
    """How many times each of ``chosen`` is chosen."""
    shift: int = 0
    """What is added to the number of every task of ``chosen`` and ``beside``."""

    @property
    def counts(self) -> dict[int, int]:
        """The tasks, and how many times each is chosen."""
        times = {(id(self), self.shift): 1}
        counts: dict[int, int] = {}
        for choice, shift in self._wholes_first():
            here = times[id(choice), shift]
            for task in choice.chosen:
                counts[task + shift] = counts.get(task + shift, 0) + here * choice.times
            for part in choice.beside:
                key = id(part), shift + part.shift
                times[key] = times.get(key, 0) + here
        return counts

    def _wholes_first(self) -> list[tuple[Choice, int]]:
        """Return the choice and its parts with their shifts, what is part of others after them."""
        found: list[tuple[Choice, int]] = []
        waiting = [(self, self.shift, False)]
        seen: set[tuple[int, int]] = set()
        while waiting:
            choice, shift, done = waiting.pop()
            if done:
                found.append((choice, shift))
            elif (id(choice), shift) not in seen:
                seen.add((id(choice), shift))
                waiting.append((choice, shift, True))
                waiting += [(part, shift + part.shift, False) for part in choice.beside]
        return found[::-1]

    @property
    def tasks(self) -> tuple[int, ...]:
        """The tasks, each as often as it is chosen."""
        return tuple(task for task, count in self.counts.items() for _ in range(count))


NONE = Choice(0)

Choices = tuple[Choice, ...]
"""For each number k from 0 on, the heaviest choice of at most k tasks."""


class Part(Struct, frozen=True):
    """Some tasks of a DAG, and how they are taken apart."""

    how: Literal["one", "independent", "successive", "prime"]
    tasks: tuple[int, ...] = ()
    """Of one, or of a part that cannot be taken apart."""
    parts: tuple[Part, ...] = ()
    chains: tuple[tuple[int, ...], ...] = ()
    """All tasks of a prime part, in chains."""


class Order(Struct, frozen=True):
    """Which tasks wait for which, directly or through others, as bits by task."""

    after: tuple[int, ...]
    """For each task, the tasks that come after it."""
    related: tuple[int, ...]
    """For each task, the tasks before and after it."""
    whole: Part
    """All tasks, taken apart."""


def order(names: Sequence[str], waits: Mapping[str, Sequence[str]]) -> Order:
    """Return the order of tasks from what each waits for; names of no task are passed over.

    No task waits for itself through others: PLT106 tells of that before.
    """
    place = {name: i for i, name in enumerate(names)}
    ahead: list[list[int]] = [[] for _ in names]
    behind: list[list[int]] = [[] for _ in names]
    for name, others in waits.items():
        for other in others:
            if other in place:
                ahead[place[name]].append(place[other])
                behind[place[other]].append(place[name])
    after, before = _closure(ahead, behind), _closure(behind, ahead)
    related = tuple(a | b for a, b in zip(after, before, strict=True))
    everything = (1 << len(names)) - 1
    return Order(tuple(after), related, _Apart(after, related).part(everything, 0))


def _closure(ahead: list[list[int]], behind: list[list[int]]) -> list[int]:
    """Return for each task what can be reached through ``behind``, the last tasks first."""
    left = [len(tasks) for tasks in behind]
    ready = [task for task, count in enumerate(left) if not count]
    reached = [0] * len(left)
    while ready:
        task = ready.pop()
        for other in ahead[task]:
            reached[other] |= reached[task] | 1 << task
            left[other] -= 1
            if not left[other]:
                ready.append(other)
    return reached


def _bits(mask: int) -> list[int]:
    # A part of a large DAG has few bits near one another: what stands below them is left out.
    first = max(0, (mask & -mask).bit_length() - 1)
    text = f"{mask >> first:b}"[::-1]
    found, at = [], text.find("1")
    while at >= 0:
        found.append(first + at)
        at = text.find("1", at + 1)
    return found


class _Apart:
    """Takes a DAG apart."""

    def __init__(self, after: Sequence[int], related: Sequence[int]) -> None:
        self._after = after
        self._related = related

    def part(self, mask: int, depth: int) -> Part:
        tasks = _bits(mask)
        if len(tasks) <= 1:
            return Part("one", tuple(tasks))
        if depth < _DEEPEST:
            independent = self._split(mask, related=True)
            if len(independent) > 1:
                return Part("independent", parts=self._parts(independent, depth))
            successive = self._split(mask, related=False)
            if len(successive) > 1:
                return Part("successive", parts=self._parts(successive, depth))
        return Part("prime", tuple(tasks), chains=self._chains(tasks))

    def _parts(self, masks: list[int], depth: int) -> tuple[Part, ...]:
        return tuple(self.part(mask, depth + 1) for mask in masks)

    def _split(self, mask: int, *, related: bool) -> list[int]:
        """Split tasks into parts no two of which are related (or unrelated) across."""
        parts = []
        while mask:
            part = waiting = mask & -mask
            while waiting:
                task = (waiting & -waiting).bit_length() - 1
                near = self._related[task]
                fresh = (near if related else ~near) & mask & ~part
                part |= fresh
                waiting = (waiting & (waiting - 1)) | fresh
            parts.append(part)
            mask &= ~part
        return parts

    def _chains(self, tasks: list[int]) -> tuple[tuple[int, ...], ...]:
        """Return all tasks in chains, each put after the end of one where it can be."""
        chains: list[list[int]] = []
        # The ends of chains, as bits, and the chain of each.
        ends = 0
        chain_of: dict[int, list[int]] = {}
        for task in sorted(tasks, key=lambda t: -self._after[t].bit_count()):
            before = ends & self._related[task] & ~self._after[task]
            if before:
                last = (before & -before).bit_length() - 1
                chain = chain_of.pop(last)
                ends &= ~(1 << last)
            else:
                chain = []
                chains.append(chain)
            chain.append(task)
            chain_of[task] = chain
            ends |= 1 << task
        return tuple(map(tuple, chains))


def heaviest(weights: Sequence[int], order: Order, most: int) -> Choices:
    """Return the heaviest choices of at most 0, 1, … ``most`` tasks that can run at once."""
    return _Weighing(weights, order, most).choices(order.whole)


def merged(first: Choices, second: Choices, most: int) -> Choices:
    """Return the choices out of two independent sets of tasks together."""
    size = min(most, _COUNTED, len(first) + len(second) - 2)
    uncounted = most > _COUNTED
    weights, pairs = [0] * (size + 1), [(0, 0)] * (size + 1)
    ahead, behind = [c.weight for c in first], [c.weight for c in second]
    for i, one in enumerate(ahead):
        for j, other in enumerate(behind):
            at = i + j
            if at > size:
                if not uncounted:
                    break
                at = size
            if one + other > weights[at]:
                weights[at], pairs[at] = one + other, (i, j)
    best = [
        Choice(weight, beside=(first[i], second[j])) if weight else NONE
        for weight, (i, j) in zip(weights, pairs, strict=True)
    ]
    return _rising(best)


def repeated(choices: Choices, times: int, most: int) -> Choices:
    """Return the choices out of several sets of tasks that are all alike."""
    several: Choices = (NONE,)
    doubled = choices
    while times:
        if times & 1:
            several = merged(several, doubled, most)
        times >>= 1
        if times:
            doubled = merged(doubled, doubled, most)
    return several


def _rising(best: list[Choice]) -> Choices:
    for k in range(1, len(best)):
        if best[k].weight < best[k - 1].weight:
            best[k] = best[k - 1]
    return tuple(best)


class _Weighing:
    """Finds the heaviest choices, by one measure."""

    def __init__(self, weights: Sequence[int], order: Order, most: int) -> None:
        self._weights = weights
        self._order = order
        self._most = most

    def choices(self, part: Part) -> Choices:
        """Return the heaviest choices out of a part; parts are nested ``_DEEPEST`` deep at most."""
        if part.how == "one":
            return (NONE, *(self._choice((t,)) for t in part.tasks))[: self._most + 1]
        if part.how == "independent":
            choices: Choices = (NONE,)
            for inner in part.parts:
                choices = merged(choices, self.choices(inner), self._most)
            return choices
        if part.how == "successive":
            return self._one_of([self.choices(inner) for inner in part.parts])
        enumerated = self._enumerated(part.tasks) if len(part.tasks) <= _ENUMERATED else None
        return enumerated or self._bounded(part)

    def _choice(self, tasks: tuple[int, ...]) -> Choice:
        return Choice(sum(self._weights[t] for t in tasks), tasks)

    def _one_of(self, parts: list[Choices]) -> Choices:
        longest = max(map(len, parts))
        best = [[part[min(k, len(part) - 1)] for part in parts] for k in range(longest)]
        return _rising([max(choices, key=lambda choice: choice.weight) for choices in best])

    def _enumerated(self, tasks: tuple[int, ...]) -> Choices | None:
        """Return the heaviest choices, ``None`` when there are too many to try each."""
        best = [NONE] * (min(self._most, len(tasks)) + 1)
        waiting: list[tuple[int, int, int, tuple[int, ...]]] = [(0, 0, 0, ())]
        for _ in range(_ANTICHAINS):
            if not waiting:
                return _rising(best)
            position, excluded, weight, chosen = waiting.pop()
            count = len(chosen)
            if weight > best[count].weight:
                best[count] = Choice(weight, chosen)
            if count == len(best) - 1:
                continue
            for at in range(position, len(tasks)):
                task = tasks[at]
                if not excluded >> task & 1:
                    more = excluded | self._order.related[task]
                    weighed = weight + self._weights[task]
                    waiting.append((at + 1, more, weighed, (*chosen, task)))
        return None

    def _bounded(self, part: Part) -> Choices:
        found = self._cut(part.tasks) if len(part.tasks) <= _FLOW else ()
        whole = sum(self._weights[t] for t in found) if found else None
        tops = sorted((max(self._weights[t] for t in c) for c in part.chains), reverse=True)
        ranked = sorted(found, key=lambda t: -self._weights[t])
        best, bound = [NONE], 0
        for k, top in enumerate(tops[: self._most], start=1):
            bound += top
            weight = bound if whole is None else min(bound, whole)
            best.append(Choice(weight, tuple(ranked[:k])))
        return tuple(best) if len(best) <= _COUNTED + 1 else (*best[:_COUNTED], best[-1])

    def _cut(self, tasks: tuple[int, ...]) -> tuple[int, ...]:
        """Return the heaviest antichain.

        It is what a minimal cut of the bipartite network of ``before`` and ``after`` leaves uncut
        on both sides. Between the sides every edge has room without end, so that what can be
        reached is a matter of bits; only edges with a flow must be kept for the way back.
        """
        flow = _Flow(self._weights, self._order.after, tasks)
        while flow.grow():
            pass
        outs, ins = flow.reached()
        return tuple(t for t in tasks if outs >> t & 1 and not ins >> t & 1)


class _Flow:
    """A flow from each task's copy on the left to the copies on the right of those after it."""

    def __init__(
        self, weights: Sequence[int], after: Sequence[int], tasks: tuple[int, ...]
    ) -> None:
        mask = sum(1 << t for t in tasks)
        self._later = {t: after[t] & mask for t in tasks}
        self._left = {t: weights[t] for t in tasks}
        self._right = {t: weights[t] for t in tasks}
        self._into: dict[int, dict[int, int]] = {t: {} for t in tasks}
        for task in tasks:
            for later in _bits(self._later[task]):
                self._push(task, later, min(self._left[task], self._right[later]))
                if not self._left[task]:
                    break

    def _push(self, task: int, later: int, amount: int) -> None:
        if amount:
            self._left[task] -= amount
            self._right[later] -= amount
            self._into[later][task] = self._into[later].get(task, 0) + amount

    def grow(self) -> bool:
        """Send more along one way, and say whether there was one."""
        came: dict[tuple[bool, int], int] = {}
        for later in self._walk(came):
            if self._right[later]:
                self._along(came, later)
                return True
        return False

    def reached(self) -> tuple[int, int]:
        """Return what can be reached on the left and on the right, as bits."""
        came: dict[tuple[bool, int], int] = {}
        ins = 0
        for later in self._walk(came):
            ins |= 1 << later
        outs = sum(1 << task for right, task in came if not right)
        return outs, ins

    def _walk(self, came: dict[tuple[bool, int], int]) -> Iterator[int]:
        """Yield what is reached on the right; ``came`` says whence, by side and task."""
        waiting = deque(t for t, room in self._left.items() if room)
        for task in waiting:
            came[False, task] = -1
        fresh = -1
        while waiting:
            task = waiting.popleft()
            for later in _bits(self._later[task] & fresh):
                fresh &= ~(1 << later)
                came[True, later] = task
                yield later
                for back, amount in self._into[later].items():
                    if amount and (False, back) not in came:
                        came[False, back] = later
                        waiting.append(back)

    def _along(self, came: dict[tuple[bool, int], int], last: int) -> None:
        steps: list[tuple[int, int, int]] = []
        amount, later = self._right[last], last
        while True:
            task = came[True, later]
            steps.append((task, later, 1))
            before = came[False, task]
            if before < 0:
                amount = min(amount, self._left[task])
                break
            amount = min(amount, self._into[before][task])
            steps.append((task, before, -1))
            later = before
        self._left[task] -= amount
        self._right[last] -= amount
        for one, other, sign in steps:
            self._into[other][one] = self._into[other].get(one, 0) + sign * amount
