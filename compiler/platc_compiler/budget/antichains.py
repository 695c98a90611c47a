"""The heaviest tasks of a DAG that can run at once: its heaviest antichain, of at most k tasks.

Tasks can run at once when neither must wait for the other. Independent parts add up, and of parts
that follow one another only one runs, so a DAG made of fans and chains is computed exactly,
whatever its size. What cannot be taken apart so is enumerated while it is small; beyond, the
smaller of two upper bounds is taken: the weight of the heaviest antichain of any size (by
Dilworth's theorem a minimal flow, found as a minimal cut), and that of the heaviest k tasks out of
different chains.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence

from msgspec import Struct

_ENUMERATED = 16
_FLOW = 96
_DEEPEST = 200


class Choice(Struct, frozen=True):
    """Tasks that run at once."""

    weight: int
    """Their weight, or an upper bound of it."""
    tasks: tuple[int, ...]
    """Which they are; with an upper bound, some of the heaviest."""


NONE = Choice(0, ())

Choices = tuple[Choice, ...]
"""For each number k from 0 on, the heaviest choice of at most k tasks."""


def heaviest(weights: Sequence[int], order: Order, most: int) -> Choices:
    """Return the heaviest choices of at most 0, 1, … ``most`` tasks that can run at once."""
    return _Search(weights, order, most).solve((1 << len(weights)) - 1)


class Order(Struct, frozen=True):
    """Which tasks wait for which, directly or through others, as bits by task."""

    after: tuple[int, ...]
    """For each task, the tasks that come after it."""
    related: tuple[int, ...]
    """For each task, the tasks before and after it."""


def order(names: Sequence[str], waits: Mapping[str, Sequence[str]]) -> Order:
    """Return the order of tasks from what each waits for; names of no task are passed over."""
    place = {name: i for i, name in enumerate(names)}
    direct: list[list[int]] = [[] for _ in names]
    for name, others in waits.items():
        for other in others:
            if other in place:
                direct[place[other]].append(place[name])
    after = [_reached(direct, i) for i in range(len(names))]
    before = [0] * len(names)
    for i, reached in enumerate(after):
        for j in _bits(reached):
            before[j] |= 1 << i
    related = tuple((a | b) & ~(1 << i) for i, (a, b) in enumerate(zip(after, before, strict=True)))
    return Order(tuple(after), related)


def _reached(direct: list[list[int]], start: int) -> int:
    reached, waiting = 0, [*direct[start]]
    while waiting:
        task = waiting.pop()
        if not reached >> task & 1:
            reached |= 1 << task
            waiting += direct[task]
    return reached


def _bits(mask: int) -> list[int]:
    found = []
    while mask:
        low = mask & -mask
        found.append(low.bit_length() - 1)
        mask ^= low
    return found


def merged(first: Choices, second: Choices, most: int) -> Choices:
    """Return the choices out of two independent sets of tasks together."""
    size = min(most, len(first) + len(second) - 2)
    best = [NONE] * (size + 1)
    for i, one in enumerate(first[: size + 1]):
        for j, other in enumerate(second[: size + 1 - i]):
            weight = one.weight + other.weight
            if weight > best[i + j].weight:
                best[i + j] = Choice(weight, one.tasks + other.tasks)
    return _rising(best)


def _rising(best: list[Choice]) -> Choices:
    for k in range(1, len(best)):
        if best[k].weight < best[k - 1].weight:
            best[k] = best[k - 1]
    return tuple(best)


class _Search:
    def __init__(self, weights: Sequence[int], order: Order, most: int) -> None:
        self._weights = weights
        self._order = order
        self._most = most

    def solve(self, mask: int, depth: int = 0) -> Choices:
        tasks = _bits(mask)
        if len(tasks) <= 1:
            return (NONE, *(Choice(self._weights[t], (t,)) for t in tasks))[: self._most + 1]
        if depth > _DEEPEST:
            return self._bounded(tasks, mask)
        independent = self._parts(mask, related=True)
        if len(independent) > 1:
            choices: Choices = (NONE,)
            for part in independent:
                choices = merged(choices, self.solve(part, depth + 1), self._most)
            return choices
        successive = self._parts(mask, related=False)
        if len(successive) > 1:
            return self._one_of([self.solve(part, depth + 1) for part in successive])
        return self._enumerated(tasks) if len(tasks) <= _ENUMERATED else self._bounded(tasks, mask)

    def _parts(self, mask: int, *, related: bool) -> list[int]:
        """Split tasks into parts no two of which are related (or unrelated) across."""
        parts = []
        while mask:
            part = waiting = mask & -mask
            while waiting:
                task = (waiting & -waiting).bit_length() - 1
                near = self._order.related[task]
                fresh = (near if related else ~near) & mask & ~part
                part |= fresh
                waiting = (waiting & (waiting - 1)) | fresh
            parts.append(part)
            mask &= ~part
        return parts

    def _one_of(self, parts: list[Choices]) -> Choices:
        longest = max(map(len, parts))
        best = [[part[min(k, len(part) - 1)] for part in parts] for k in range(longest)]
        return _rising([max(choices, key=lambda choice: choice.weight) for choices in best])

    def _enumerated(self, tasks: list[int]) -> Choices:
        best = [NONE] * (min(self._most, len(tasks)) + 1)
        waiting: list[tuple[int, int, Choice]] = [(0, 0, NONE)]
        while waiting:
            position, excluded, chosen = waiting.pop()
            count = len(chosen.tasks)
            if chosen.weight > best[count].weight:
                best[count] = chosen
            if count == len(best) - 1:
                continue
            for at in range(position, len(tasks)):
                task = tasks[at]
                if not excluded >> task & 1:
                    more = Choice(chosen.weight + self._weights[task], (*chosen.tasks, task))
                    waiting.append((at + 1, excluded | self._order.related[task], more))
        return _rising(best)

    def _bounded(self, tasks: list[int], mask: int) -> Choices:
        found = self._cut(tasks, mask) if len(tasks) <= _FLOW else ()
        whole = sum(self._weights[t] for t in found) if found else None
        ranked = sorted(found, key=lambda t: -self._weights[t])
        best, bound = [NONE], 0
        tops = sorted((max(self._weights[t] for t in c) for c in self._chains(tasks)), reverse=True)
        for k, top in enumerate(tops[: self._most], start=1):
            bound += top
            weight = bound if whole is None else min(bound, whole)
            best.append(Choice(weight, tuple(ranked[:k])))
        return tuple(best)

    def _chains(self, tasks: list[int]) -> list[list[int]]:
        """Return all tasks in chains, each put after the end of one where it can be."""
        chains: list[list[int]] = []
        for task in sorted(tasks, key=lambda t: -self._order.after[t].bit_count()):
            for chain in chains:
                if self._order.after[chain[-1]] >> task & 1:
                    chain.append(task)
                    break
            else:
                chains.append([task])
        return chains

    def _cut(self, tasks: list[int], mask: int) -> tuple[int, ...]:
        """Return the heaviest antichain.

        It is what a minimal cut of the bipartite network of ``before`` and ``after`` leaves uncut
        on both sides.
        """
        source, sink = ("source", 0), ("sink", 0)
        room: dict[tuple[str, int], dict[tuple[str, int], int]] = {source: {}, sink: {}}
        unbounded = sum(self._weights) + 1
        for task in tasks:
            room[source]["out", task] = self._weights[task]
            room["out", task] = {source: 0}
            room["in", task] = {sink: self._weights[task]}
            room[sink]["in", task] = 0
        for task in tasks:
            for later in _bits(self._order.after[task] & mask & ~(1 << task)):
                room["out", task]["in", later] = unbounded
                room["in", later]["out", task] = 0
        while (path := _path(room, source, sink)) is not None:
            pushed = min(room[a][b] for a, b in path)
            for a, b in path:
                room[a][b] -= pushed
                room[b][a] += pushed
        reached = _reachable(room, source).keys()
        return tuple(t for t in tasks if ("out", t) in reached and ("in", t) not in reached)


_Room = dict[tuple[str, int], dict[tuple[str, int], int]]


def _reachable(
    room: _Room, source: tuple[str, int]
) -> dict[tuple[str, int], tuple[str, int] | None]:
    came: dict[tuple[str, int], tuple[str, int] | None] = {source: None}
    waiting = deque([source])
    while waiting:
        here = waiting.popleft()
        for there, left in room[here].items():
            if left > 0 and there not in came:
                came[there] = here
                waiting.append(there)
    return came


def _path(
    room: _Room, source: tuple[str, int], sink: tuple[str, int]
) -> list[tuple[tuple[str, int], tuple[str, int]]] | None:
    came = _reachable(room, source)
    if sink not in came:
        return None
    path, here = [], sink
    while (before := came[here]) is not None:
        path.append((before, here))
        here = before
    return path
