"""Amounts of every resource that the scheduler counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from platc_compiler.ir.pods import Amounts

Extended: TypeAlias = tuple[tuple[str, int], ...]
"""Numbers of devices and the like by name, sorted."""

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
    extended: tuple[tuple[str, int], ...] = ()
    """Devices and the like by name, sorted; none that is zero, unless it is :func:`aligned`."""

    def __add__(self, other: Load) -> Load:
        return Load(
            self.memory + other.memory,
            self.cpu + other.cpu,
            self.ephemeral_storage + other.ephemeral_storage,
            self.pods + other.pods,
            _sum(self.extended, other.extended),
        )

    def __sub__(self, other: Load) -> Load:
        return self + other * -1

    def __mul__(self, times: int) -> Load:
        return Load(
            self.memory * times,
            self.cpu * times,
            self.ephemeral_storage * times,
            self.pods * times,
            tuple((name, number * times) for name, number in self.extended if times),
        )

    def of(self, resource: str) -> int:
        """Return the amount of one resource, of those with names of their own too."""
        if "/" in resource:
            return dict(self.extended).get(resource, 0)
        amount: int = getattr(self, resource)
        return amount

    def fits(self, room: Load) -> bool:
        """Say whether no resource exceeds ``room``.

        A resource that is not asked for fits however overfull the node is (``fitsRequest`` in
        pkg/scheduler/framework/plugins/noderesources/fit.go).
        """
        return all(
            self.of(resource) <= room.of(resource) or not self.of(resource)
            for resource in (*RESOURCES, *(name for name, _ in self.extended))
        )


NOTHING = Load()


def _sum(one: Extended, other: Extended) -> Extended:
    """Return the sums by name, without those that are zero."""
    if not one or not other:
        return one or other
    sums = dict(one)
    for name, number in other:
        sums[name] = sums.get(name, 0) + number
    return tuple(sorted((name, number) for name, number in sums.items() if number))


def measured(loads: Iterable[Load]) -> tuple[str, ...]:
    """Return every resource of some loads: those of all, and those with names of their own."""
    names = {name for load in loads for name, _ in load.extended}
    return (*RESOURCES, *sorted(names))


def made_of(amounts: Mapping[str, int]) -> Load:
    """Return the load of amounts by resource."""
    own = {name: number for name, number in amounts.items() if "/" not in name}
    extended = sorted((n, number) for n, number in amounts.items() if "/" in n and number)
    return Load(**own, extended=tuple(extended))


def aligned(load: Load, names: Iterable[str]) -> Load:
    """Return a load with a number for each of the names, in their order: zero where it has none."""
    return replace(load, extended=tuple((name, load.of(name)) for name in names))


def total(loads: Iterable[Load]) -> Load:
    """Return the sum of loads."""
    sums = [0, 0, 0, 0]
    extended: Extended = ()
    for load in loads:
        sums[0] += load.memory
        sums[1] += load.cpu
        sums[2] += load.ephemeral_storage
        sums[3] += load.pods
        extended = _sum(extended, load.extended)
    return Load(sums[0], sums[1], sums[2], sums[3], extended)


def most(first: Load, second: Load) -> Load:
    """Return the larger amount of each resource."""
    return Load(
        max(first.memory, second.memory),
        max(first.cpu, second.cpu),
        max(first.ephemeral_storage, second.ephemeral_storage),
        max(first.pods, second.pods),
        _most(first.extended, second.extended),
    )


def _most(one: Extended, other: Extended) -> Extended:
    if not one and not other:
        return ()
    first, second = dict(one), dict(other)
    largest = {name: max(first.get(name, 0), second.get(name, 0)) for name in {**first, **second}}
    return tuple(sorted((name, number) for name, number in largest.items() if number))


def from_amounts(amounts: Amounts, pods: int = 0) -> Load:
    """Return amounts as a load, what is not stated as nothing."""
    return Load(
        amounts.memory or 0, amounts.cpu or 0, amounts.ephemeral_storage or 0, pods,
        amounts.extended,
    )  # fmt: skip
