"""What the scheduler does with pods that come in a given order.

Filters: the labels of the node selector, the requests against what is left (NodeResourcesFit), and
the pods near which, or apart from which, a pod must stand (InterPodAffinity).
Scores, each with its weight in ``getDefaultPlugins`` (pkg/scheduler/apis/config/v1): the emptiest
node by memory and CPU (NodeResourcesFit with LeastAllocated, weight 1; a container without a
request counts for 100m or 200 MiB there), the node whose use of both becomes the most alike
(NodeResourcesBalancedAllocation, 1), for pods that spread themselves the node with the fewest of
their kind (PodTopologySpread, 2, and InterPodAffinity, 2), for other pods of a Deployment or
StatefulSet a node without a zone where others have one (PodTopologySpread by default, 2), and the
node with the fewest taints of the effect PreferNoSchedule that the pod does not tolerate
(TaintToleration, 3). The other scores are the same for all nodes: platc writes no preferred node
affinity, and which images a node holds is not known. Among the best nodes the scheduler picks at
random; here the choice is the caller's.

Source: pkg/scheduler/framework/plugins/{noderesources,podtopologyspread,interpodaffinity} and
tainttoleration there, and pkg/scheduler/schedule_one.go of Kubernetes 1.37. The scheduler scores a
sample of the nodes of a cluster with more than 100; here all are.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

from platc_compiler.budget.fleet import Amounts, Fleet, amounts, fits, minus
from platc_compiler.budget.wanted import Pods

_BEST = 100
"""The highest score of a plugin (``MaxNodeScore``)."""
_SPREADING = 2
"""The weight of both plugins that spread pods."""
_SKEWS = (3, 5)
"""``maxSkew`` of the constraints by default, of nodes and of zones."""
_SHUNNING = 3
"""The weight of the plugin that keeps pods off tainted nodes."""

Turn = tuple[int, int]
"""A pod: the place of its kind in the sequence of kinds, and which of them it is."""

Choose = Callable[[int], int]
"""Returns which of so many best nodes is taken."""


class Refused(Struct, frozen=True):
    """A pod that no node had room for."""

    pods: Pods
    index: int

    @property
    def name(self) -> str:
        """Its name."""
        return self.pods.nth(self.index)


class Placed(Struct, frozen=True):
    """The node of each pod, in the order in which they were placed."""

    homes: tuple[tuple[Turn, int], ...]


class Steps:
    """How much may still be looked at, over several searches."""

    def __init__(self, left: int) -> None:
        """Allow so many looks at a node, or at nodes that are alike."""
        self.left = left

    @property
    def spent(self) -> bool:
        """Whether nothing is left."""
        return self.left <= 0


class _State:
    """Nodes that are alike, and hold the same pods."""

    __slots__ = ("berth", "held", "more", "nodes", "requested", "room", "scored", "scores")

    def __init__(
        self, berth: int, held: tuple[tuple[int, int], ...], room: Amounts,
        requested: tuple[int, int], scored: tuple[int, int],
    ) -> None:  # fmt: skip
        self.berth = berth
        self.held = held
        self.room = room
        self.requested = requested
        self.scored = scored
        self.nodes: list[int] = []
        self.scores: dict[int, int] = {}
        """The part of the score that does not depend on other nodes, -1 where the pod does not fit,
        by kind of pod."""
        self.more: dict[int, _State] = {}
        """What becomes of a node when a pod is added, by kind of pod."""


class Cluster:
    """Nodes with the pods that were put on them."""

    def __init__(self, fleet: Fleet, kinds: Sequence[Pods], steps: Steps) -> None:
        """Begin with nodes that hold none of the pods; ``kinds`` are all that may come."""
        self._fleet = fleet
        self._kinds = kinds
        self._asked = [amounts(pods.shape.requests) for pods in kinds]
        scored = [pods.shape.scored or pods.shape.requests for pods in kinds]
        self._scored = [(load.memory, load.cpu) for load in scored]
        self._shunned = [tuple(b.shunned(pods.shape.wish) for b in fleet) for pods in kinds]
        self._steps = steps
        self._states: dict[tuple[int, tuple[tuple[int, int], ...]], _State] = {}
        self._filled: dict[_State, None] = {}
        for index, berth in enumerate(fleet):
            state = _State(index, (), berth.room, berth.requested, berth.scored)
            state.nodes = list(reversed(berth.nodes))
            self._states[index, ()] = state
            self._filled[state] = None

    def place(self, turns: Iterable[Turn], choose: Choose) -> Placed | Refused | None:
        """Place pods one after another; ``None`` when the steps are spent before the last."""
        homes: list[tuple[Turn, int]] = []
        waiting = list(turns)
        while waiting:
            later: list[Turn] = []
            for kind, index in waiting:
                best = self._best(kind)
                if self._steps.spent:
                    return None
                if best:
                    state = best[choose(len(best))]
                    homes.append(((kind, index), self._put(state, kind)))
                elif self._kinds[kind].shape.awaited:
                    # It is tried again when those near which it must stand have come.
                    later.append((kind, index))
                else:
                    return Refused(self._kinds[kind], index)
            if len(later) == len(waiting):
                kind, index = later[0]
                return Refused(self._kinds[kind], index)
            waiting = later
        return Placed(tuple(homes))

    def _best(self, kind: int) -> list[_State]:
        """Return the nodes with the highest score."""
        self._steps.left -= len(self._filled)
        scored: list[tuple[_State, int]] = []
        for state in self._filled:
            score = state.scores.get(kind)
            if score is None:
                score = state.scores[kind] = self._own_score(state, kind)
            if score >= 0:
                scored.append((state, score))
        if self._kinds[kind].shape.zoned:
            scored = self._in_zones(kind, scored)
        if self._kinds[kind].spread and scored:
            scored = _spread(kind, scored)
        elif not self._kinds[kind].passing:
            scored = self._spread_by_default(scored)
        if any(self._shunned[kind]):
            scored = _shun(self._shunned[kind], scored)
        highest = max((score for _, score in scored), default=0)
        return [state for state, score in scored if score == highest]

    def _in_zones(self, kind: int, scored: list[tuple[_State, int]]) -> list[tuple[_State, int]]:
        """Return the nodes in zones where the pods of other nodes let the pod stand."""
        held: dict[str, set[str]] = {}
        for state in self._filled:
            held.setdefault(self._fleet[state.berth].zone, set()).update(self._groups(state))
        shape = self._kinds[kind].shape
        zones = {zone for zone, groups in held.items() if shape.may_enter(zone, groups)}
        return [each for each in scored if self._fleet[each[0].berth].zone in zones]

    def _spread_by_default(self, scored: list[tuple[_State, int]]) -> list[tuple[_State, int]]:
        """Add the scores by which the scheduler spreads pods that state nothing of it.

        It does so over nodes and zones (``systemDefaultConstraints`` of PodTopologySpread). Without
        others of their kind, this only tells nodes with a zone from those without one.
        """
        zoned = [bool(self._fleet[state.berth].zone) for state, _ in scored]
        if all(zoned) or not any(zoned):
            return scored
        low, high = _SKEWS[0] - 1, sum(_SKEWS) - len(_SKEWS)
        return [
            (state, score + _SPREADING * (_BEST * (low if zone else high) // high))
            for (state, score), zone in zip(scored, zoned, strict=True)
        ]

    def _own_score(self, state: _State, kind: int) -> int:
        asked = self._asked[kind]
        berth = self._fleet[state.berth]
        shape = self._kinds[kind].shape
        if not fits(asked, state.room) or not berth.takes(shape.wish):
            return -1
        if shape.bound and not shape.may_join(self._groups(state)):
            return -1
        scored = self._scored[kind]
        least = [
            (whole - taken - more) * _BEST // whole if taken + more <= whole else 0
            for whole, taken, more in zip(berth.allocatable, state.scored, scored, strict=True)
            if whole
        ]
        best_effort = not asked[0] and not asked[1]
        after = (state.requested[0] + asked[0], state.requested[1] + asked[1])
        balanced = 0 if best_effort else _balanced(state.requested, after, berth.allocatable)
        return (sum(least) // len(least) if least else 0) + balanced

    def _groups(self, state: _State) -> frozenset[str]:
        held = frozenset(self._kinds[kind].shape.group for kind, _ in state.held)
        return held | self._fleet[state.berth].groups

    def _put(self, state: _State, kind: int) -> int:
        node = state.nodes.pop()
        if not state.nodes:
            del self._filled[state]
        after = state.more.get(kind)
        if after is None:
            after = state.more[kind] = self._after(state, kind)
        after.nodes.append(node)
        self._filled[after] = None
        return node

    def _after(self, state: _State, kind: int) -> _State:
        held = dict(state.held)
        held[kind] = held.get(kind, 0) + 1
        key = state.berth, tuple(sorted(held.items()))
        after = self._states.get(key)
        if after is None:
            asked, scored = self._asked[kind], self._scored[kind]
            after = self._states[key] = _State(
                state.berth, key[1], minus(state.room, asked),
                (state.requested[0] + asked[0], state.requested[1] + asked[1]),
                (state.scored[0] + scored[0], state.scored[1] + scored[1]),
            )  # fmt: skip
        return after


def _balanced(before: tuple[int, int], after: tuple[int, int], whole: tuple[int, int]) -> int:
    """Return the score of a node by how alike its use of memory and CPU becomes."""
    return _BEST // 2 + (_BEST // 2 + _alike(after, whole) - _alike(before, whole)) // 2


def _alike(taken: tuple[int, int], whole: tuple[int, int]) -> int:
    if not whole[0] or not whole[1]:
        return _BEST
    deviation = abs(min(1.0, taken[0] / whole[0]) - min(1.0, taken[1] / whole[1])) / 2
    return int((1 - deviation) * _BEST)


def _spread(kind: int, scored: list[tuple[_State, int]]) -> list[tuple[_State, int]]:
    """Add the scores that spread pods of a kind."""
    weight = math.log(sum(len(state.nodes) for state, _ in scored) + 2)
    here = [dict(state.held).get(kind, 0) for state, _ in scored]
    counts = [math.floor(count * weight + 0.5) for count in here]
    low, high = min(counts), max(counts)
    fewest, most = min(here), max(here)
    found = []
    for (state, score), own, count in zip(scored, here, counts, strict=True):
        by_topology = _BEST * (high + low - count) // high if high else _BEST
        by_affinity = int(_BEST * ((most - own) / (most - fewest))) if most > fewest else 0
        found.append((state, score + _SPREADING * (by_topology + by_affinity)))
    return found


def _shun(taints: tuple[int, ...], scored: list[tuple[_State, int]]) -> list[tuple[_State, int]]:
    """Take away from the scores what taints that only repel cost; ``taints`` are by berth."""
    most = max((taints[state.berth] for state, _ in scored), default=0)
    if not most:
        return scored
    return [
        (state, score - _SHUNNING * (_BEST * taints[state.berth] // most))
        for state, score in scored
    ]
