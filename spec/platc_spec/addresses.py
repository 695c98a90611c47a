"""Networks by their addresses, and hosts by their names."""

from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Annotated

from pydantic import Field, PlainSerializer, PlainValidator, WithJsonSchema

from platc_spec.base import Shared


def _network(value: object) -> IPv4Network | IPv6Network:
    if isinstance(value, (IPv4Network, IPv6Network)):
        return value
    # ``ipaddress`` accepts a number, and a boolean too, as an address: 5 for 0.0.0.5.
    if not isinstance(value, str):
        raise ValueError("write a network such as 10.0.0.0/16")  # noqa: TRY004 - see base.py
    return ip_network(value)


# Pydantic's own IPvAnyNetwork imports its module of URLs, which takes 15 ms.
Cidr = Annotated[
    IPv4Network | IPv6Network,
    Shared(
        PlainValidator(_network),
        PlainSerializer(str, return_type=str),
        WithJsonSchema({"type": "string", "examples": ["10.0.0.0/16"]}),
    ),
]
"""A network of IPv4 or IPv6, written as an address and the length of its prefix."""

_HOST = (
    r"^[A-Za-z0-9]([-A-Za-z0-9]{0,61}[A-Za-z0-9])?"
    r"(\.[A-Za-z0-9]([-A-Za-z0-9]{0,61}[A-Za-z0-9])?)*$"
)
HostName = Annotated[str, Field(pattern=_HOST, max_length=253, examples=["mail.example.com"])]
"""A host name (RFC 1123), or an IPv4 address; no scheme, port or path."""


def _address(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("write an address such as 10.0.5.12, in quotes")  # noqa: TRY004 - see base.py
    return str(ip_address(value))


IpAddress = Annotated[
    str,
    Shared(PlainValidator(_address), WithJsonSchema({"type": "string", "examples": ["10.0.5.12"]})),
]
"""An address of IPv4 or IPv6."""
