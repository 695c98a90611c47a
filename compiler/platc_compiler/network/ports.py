"""Sets of ports, as stretches by protocol."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

_LAST = 65535

Stretch = tuple[str, int, int]
"""Protocol, first and last port."""


class Ports(Struct, frozen=True):
    """A set of ports; two that hold the same ports are equal."""

    stretches: tuple[Stretch, ...] = ()
    """In order, disjoint, none next to another."""

    def __bool__(self) -> bool:
        return bool(self.stretches)

    def __or__(self, other: Ports) -> Ports:
        return ports((*self.stretches, *other.stretches)) if other.stretches else self

    def __and__(self, other: Ports) -> Ports:
        return ports(
            (protocol, max(first, low), min(last, high))
            for protocol, first, last in self.stretches
            for other_protocol, low, high in other.stretches
            if protocol == other_protocol and max(first, low) <= min(last, high)
        )

    def __sub__(self, other: Ports) -> Ports:
        left = list(self.stretches)
        for protocol, low, high in other.stretches:
            left = [
                part
                for stretch in left
                for part in (_without(stretch, low, high) if stretch[0] == protocol else [stretch])
            ]
        return ports(left)

    def __str__(self) -> str:
        if self == EVERY:
            return "every port"
        return ", ".join(
            f"{protocol} {first}" if first == last else f"{protocol} {first}-{last}"
            for protocol, first, last in self.stretches
        )


def _without(stretch: Stretch, low: int, high: int) -> list[Stretch]:
    protocol, first, last = stretch
    parts = [(protocol, first, min(last, low - 1)), (protocol, max(first, high + 1), last)]
    return [part for part in parts if part[1] <= part[2]]


def ports(stretches: Iterable[Stretch]) -> Ports:
    """Return the set of all ports of the stretches."""
    joined: list[Stretch] = []
    for protocol, first, last in sorted(stretches):
        if joined and joined[-1][0] == protocol and first <= joined[-1][2] + 1:
            joined[-1] = (protocol, joined[-1][1], max(joined[-1][2], last))
        else:
            joined.append((protocol, first, last))
    return Ports(tuple(joined))


NONE = Ports()
EVERY = ports((protocol, 0, _LAST) for protocol in ("SCTP", "TCP", "UDP"))
