"""Amounts of every resource that the scheduler counts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, TypeAlias

from msgspec import Struct

from platc_compiler.ir.pods import Amounts

Resource: TypeAlias = Literal["memory", "cpu", "ephemeral_storage", "pods"]

RESOURCES: tuple[Resource, ...] = ("memory", "cpu", "ephemeral_storage", "pods")


class Load(Struct, frozen=True):
    """An amount of each resource, all whole numbers."""

    memory: int = 0
    """Bytes."""
    cpu: int = 0
    """Millicores."""
    ephemeral_storage: int = 0
    """Bytes."""
    pods: int = 0

    def __add__(self, other: Load) -> Load:
        return Load(
            self.memory + other.memory,
            self.cpu + other.cpu,
            self.ephemeral_storage + other.ephemeral_storage,
            self.pods + other.pods,
        )

    def __sub__(self, other: Load) -> Load:
        return self + other * -1

    def __mul__(self, times: int) -> Load:
        return Load(
            self.memory * times,
            self.cpu * times,
            self.ephemeral_storage * times,
            self.pods * times,
        )

    def of(self, resource: Resource) -> int:
        """Return the amount of one resource."""
        amount: int = getattr(self, resource)
        return amount

    def fits(self, room: Load) -> bool:
        """Say whether no resource exceeds ``room``.

        A resource that is not asked for fits however overfull the node is (``fitsRequest`` in
        pkg/scheduler/framework/plugins/noderesources/fit.go).
        """
        return all(
            self.of(resource) <= room.of(resource) or not self.of(resource)
            for resource in RESOURCES
        )


NOTHING = Load()


def total(loads: Iterable[Load]) -> Load:
    """Return the sum of loads."""
    sums = [0, 0, 0, 0]
    for load in loads:
        sums[0] += load.memory
        sums[1] += load.cpu
        sums[2] += load.ephemeral_storage
        sums[3] += load.pods
    return Load(*sums)


def most(first: Load, second: Load) -> Load:
    """Return the larger amount of each resource."""
    return Load(
        max(first.memory, second.memory),
        max(first.cpu, second.cpu),
        max(first.ephemeral_storage, second.ephemeral_storage),
        max(first.pods, second.pods),
    )


def from_amounts(amounts: Amounts, pods: int = 0) -> Load:
    """Return amounts as a load, what is not stated as nothing."""
    return Load(amounts.memory or 0, amounts.cpu or 0, amounts.ephemeral_storage or 0, pods)
