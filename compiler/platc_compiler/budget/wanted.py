"""Pods that want a node, as far as the scheduler looks at them."""

from __future__ import annotations

from collections.abc import Collection
from typing import TypeAlias

from msgspec import Struct

from platc_compiler.budget.load import Load
from platc_compiler.ir.labels import Labels
from platc_compiler.ir.taints import Toleration

Wish: TypeAlias = tuple[Labels, tuple[Toleration, ...]]
"""The labels that a node must have, and the taints that it may have."""


class Shape(Struct, frozen=True):
    """What a pod asks of a node."""

    requests: Load
    selector: Labels = ()
    """Labels that the node must have."""
    tolerations: tuple[Toleration, ...] = ()
    """The taints that the node may have."""
    scored: Load | None = None
    """What the score of the emptiest node takes it to ask for, where that is more than it does: a
    container that states no request counts for a default."""
    group: str = ""
    """The workload, if it is one near which others must stand, or apart from which."""
    near: tuple[str, ...] = ()
    """Groups of which one pod each must be on the node."""
    apart: tuple[str, ...] = ()
    """Groups of which no pod may be on the node; each of two is apart from the other."""
    zone_near: tuple[str, ...] = ()
    """Groups of which one pod each must be in the zone."""
    zone_apart: tuple[str, ...] = ()
    """Groups of which no pod may be in the zone."""

    def may_join(self, groups: frozenset[str]) -> bool:
        """Say whether the pods may stand on a node with pods of these groups."""
        return groups.isdisjoint(self.apart) and groups.issuperset(self.near)

    def may_enter(self, zone: str, groups: Collection[str]) -> bool:
        """Say whether the pods may stand in a zone with pods of these groups.

        A node without a zone is in none: nobody is near there, or must be apart.
        """
        if not zone:
            return not self.zone_near
        return not any(each in groups for each in self.zone_apart) and all(
            each in groups for each in self.zone_near
        )

    @property
    def bound(self) -> bool:
        """Whether other pods decide where the pods may stand."""
        return bool(self.near or self.apart or self.zoned)

    @property
    def zoned(self) -> bool:
        """Whether the pods of a zone decide it."""
        return bool(self.zone_near or self.zone_apart)

    @property
    def awaited(self) -> tuple[str, ...]:
        """The groups that must be there first."""
        return (*self.near, *self.zone_near)

    @property
    def wish(self) -> Wish:
        """The part that says which nodes are possible at all."""
        return self.selector, self.tolerations


class Pods(Struct, frozen=True):
    """Pods that are alike."""

    name: str
    shape: Shape
    count: int = 1
    spread: bool = False
    """They rather stand on different nodes (soft anti-affinity and topology spread)."""
    passing: bool = False
    """They run to their end, and come while the others are there."""
    first: int = 0
    """The number of the first of them, where others of the name are counted beside them."""

    def nth(self, index: int) -> str:
        """Return the name of one of them."""
        alone = self.count == 1 and not self.first
        return self.name if alone else f"{self.name}-{self.first + index}"
