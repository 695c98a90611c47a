"""Addresses and networks, each parsed once."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


@lru_cache(maxsize=8192)
def network(cidr: str) -> Network:
    """Return the network of a CIDR; bits beyond its prefix are passed over, as networks do."""
    return ip_network(cidr, strict=False)


@lru_cache(maxsize=8192)
def address(text: str) -> Address:
    """Return an address."""
    return ip_address(text)


def within(text: str, cidr: str, excepted: tuple[str, ...] = ()) -> bool:
    """Say whether an address is in a network and in none of those excepted from it."""
    here = address(text)
    return here in network(cidr) and not any(here in network(hole) for hole in excepted)
