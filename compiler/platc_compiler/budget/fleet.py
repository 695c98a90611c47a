"""The nodes as places for pods, those that are alike taken together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from platc_compiler.budget.load import Load
from platc_compiler.budget.nodes import Node
from platc_compiler.budget.wanted import Shape, Wish
from platc_compiler.ir.labels import ZONE, Labels
from platc_compiler.ir.taints import Taint, tolerated

Amounts = tuple[int, ...]
"""Memory, CPU, ephemeral storage and pods, and the resources with names of their own; a plain
tuple, since a search makes millions."""
_OF_ALL = 4
"""The resources that every node has."""


def amounts(load: Load) -> Amounts:
    """Return a load as a tuple; all loads of a search are aligned to the same names."""
    common = load.memory, load.cpu, load.ephemeral_storage, load.pods
    return (*common, *(number for _, number in load.extended)) if load.extended else common


class Berth(Struct, frozen=True):
    """Nodes that are alike."""

    nodes: tuple[int, ...]
    """Their places in the list of nodes."""
    labels: Labels
    taints: tuple[Taint, ...]
    room: Amounts
    """What each has left for the pods that are to be placed."""
    allocatable: tuple[int, int]
    """Memory and CPU of each, as the scores take them."""
    requested: tuple[int, int]
    """Memory and CPU that are requested already."""
    scored: tuple[int, int]
    """The same, with the defaults of containers that state nothing."""
    groups: frozenset[str] = frozenset()
    """The groups (:class:`.Shape`) of DaemonSets on each."""

    @property
    def zone(self) -> str:
        """Their zone, empty if they have none."""
        return dict(self.labels).get(ZONE, "")

    def takes(self, wish: Wish) -> bool:
        """Say whether the nodes have all the labels, and no taint that is not tolerated."""
        selector, tolerations = wish
        labelled = not selector or set(selector) <= set(self.labels)
        return labelled and (not self.taints or tolerated(self.taints, tolerations))

    def shunned(self, wish: Wish) -> int:
        """Return how many taints keep the pods away from the nodes only if others are free."""
        return sum(
            taint.effect == "PreferNoSchedule"
            and not any(each.tolerates(taint) for each in wish[1])
            for taint in self.taints
        )


Fleet = tuple[Berth, ...]


def fleet(
    nodes: Sequence[Node],
    room: Sequence[Load],
    daemons: Sequence[Load],
    groups: Sequence[frozenset[str]] | None = None,
) -> Fleet:
    """Return the nodes; ``room`` is what each has left beside its DaemonSets,
    ``daemons`` what those are scored as, and ``groups`` which of them others must stand near.
    """
    held = groups or [frozenset()] * len(nodes)
    alike: dict[tuple[object, ...], list[int]] = {}
    for index, node in enumerate(nodes):
        own = (node.labels, node.taints, node.allocatable, node.scored)
        alike.setdefault((*own, room[index], daemons[index], held[index]), []).append(index)
    return tuple(
        _berth(nodes[same[0]], room[same[0]], daemons[same[0]], tuple(same), held[same[0]])
        for same in alike.values()
    )


def _berth(
    node: Node, room: Load, daemons: Load, same: tuple[int, ...], groups: frozenset[str]
) -> Berth:
    scored = node.scored + daemons
    return Berth(
        nodes=same, labels=node.labels, taints=node.taints, room=amounts(room),
        allocatable=(node.allocatable.memory, node.allocatable.cpu),
        requested=(node.allocatable.memory - room.memory, node.allocatable.cpu - room.cpu),
        scored=(scored.memory, scored.cpu), groups=groups,
    )  # fmt: skip


def fits(asked: Amounts, room: Amounts) -> bool:
    """Say whether no resource that is asked for exceeds the room (``fitsRequest`` in
    pkg/scheduler/framework/plugins/noderesources/fit.go).
    """
    return (
        (asked[0] <= room[0] or not asked[0])
        and (asked[1] <= room[1] or not asked[1])
        and (asked[2] <= room[2] or not asked[2])
        and (asked[3] <= room[3] or not asked[3])
        and (
            len(asked) == _OF_ALL
            or all(a <= r or not a for a, r in zip(asked[_OF_ALL:], room[_OF_ALL:], strict=True))
        )
    )


def minus(room: Amounts, asked: Amounts) -> Amounts:
    """Return what is left of the room."""
    left = room[0] - asked[0], room[1] - asked[1], room[2] - asked[2], room[3] - asked[3]
    if len(room) == _OF_ALL:
        return left
    return (*left, *(r - a for r, a in zip(room[_OF_ALL:], asked[_OF_ALL:], strict=True)))


def any_order_fits(fleet: Fleet, counts: Mapping[Shape, int]) -> bool:
    """Say whether the pods fit in whatever order and by whatever choice they are placed.

    A pod is refused by a node of which more than (room - request) of some resource is taken. If it
    were refused by all of its nodes, the pods placed before would ask for that much on each, and
    for some resource on each at least. So they fit when the sum over the resources of (all that is
    asked for) / (the least such amount) is less than the number of nodes. This needs no search.
    Pods that must stand near others, or apart from them, do.
    """
    if any(shape.bound for shape in counts):
        return False
    totals = [0] * len(fleet[0].room)
    for shape, count in counts.items():
        one = amounts(shape.requests)
        totals = [total + each * count for total, each in zip(totals, one, strict=True)]
    return all(
        _never_refused(
            [berth for berth in fleet if berth.takes(wish)],
            [shape for shape in counts if shape.wish == wish],
            totals,
        )
        for wish in {shape.wish for shape in counts}
    )


def _never_refused(seats: list[Berth], shapes: Iterable[Shape], totals: list[int]) -> bool:
    count = sum(len(berth.nodes) for berth in seats)
    if not count:
        return False
    asked = [amounts(shape.requests) for shape in shapes]
    share = 0.0
    for resource in range(len(totals)):
        largest = max(each[resource] for each in asked)
        if not largest:
            continue
        slack = min(berth.room[resource] for berth in seats) - largest
        if slack < 0:
            return False
        share += totals[resource] / (slack + 1)
    return share < count * 0.999_999
