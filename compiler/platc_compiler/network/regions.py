"""The regions that networks cut all addresses into.

Which networks hold an address changes only at a network's first address and at the one after its
last. So one walk over these places, in order, meets every region once; the work grows with the
number of networks, not with its square.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv6Address
from typing import Generic, TypeVar

from msgspec import Struct

from platc_compiler.network.addresses import network

Holder = TypeVar("Holder")
Place = tuple[int, int]
"""The version of the protocol, and an address as a number."""

_ADDRESSES = {4: IPv4Address, 6: IPv6Address}
_BITS = {4: 32, 6: 128}
_OUTSIDE = {4: 0, 6: int(IPv6Address("2001:db8::"))}
"""The address that stands for what no network holds."""


class Region(Struct, Generic[Holder], frozen=True):
    """Addresses that the same networks hold."""

    address: str
    """One of them."""
    entered: tuple[Holder, ...]
    """The holders of networks that hold this region and not the one before it."""
    left: tuple[Holder, ...]
    """The holders of networks that hold the one before it and not this one."""


def regions(
    networks: Iterable[tuple[str, tuple[str, ...], Holder]],
) -> Iterator[Region[Holder]]:
    """Yield the regions in the order of their addresses, each version from its first address.

    Args:
        networks: a CIDR, those excepted from it, and its holder, which may have several.
    """
    changes: dict[Place, tuple[list[Holder], list[Holder]]] = {(4, 0): ([], []), (6, 0): ([], [])}
    for cidr, holes, holder in networks:
        for start, end in _without(cidr, holes):
            changes.setdefault(start, ([], []))[0].append(holder)
            if end[1] < 1 << _BITS[end[0]]:
                changes.setdefault(end, ([], []))[1].append(holder)
    places = sorted(changes)
    for place, following in zip(places, [*places[1:], (7, 0)], strict=True):
        version, number = place
        outside = _OUTSIDE[version]
        if number == 0 and (outside < following[1] or following[0] != version):
            number = outside
        entered, left = changes[place]
        yield Region(str(_ADDRESSES[version](number)), tuple(entered), tuple(left))


def _without(cidr: str, holes: tuple[str, ...]) -> Iterator[tuple[Place, Place]]:
    """Yield the first place of each part of a network, and the place after its last."""
    whole = network(cidr)
    version, start = whole.version, int(whole.network_address)
    end = int(whole.broadcast_address) + 1
    for hole in sorted(map(_bounds, holes)):
        if hole[0] == version and hole[1] < end and hole[2] > start:
            if hole[1] > start:
                yield (version, start), (version, hole[1])
            start = hole[2]
    if start < end:
        yield (version, start), (version, end)


def _bounds(cidr: str) -> tuple[int, int, int]:
    whole = network(cidr)
    return whole.version, int(whole.network_address), int(whole.broadcast_address) + 1
