"""Networks by their addresses."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field, IPvAnyNetwork


def _text(value: object) -> object:
    # ``ipaddress`` takes a number, and a boolean too, for an address: 5 for 0.0.0.5.
    if isinstance(value, (bool, int)):
        raise ValueError("write a network such as 10.0.0.0/16")  # noqa: TRY004 - see base.py
    return value


Cidr = Annotated[IPvAnyNetwork, BeforeValidator(_text), Field(examples=["10.0.0.0/16"])]
"""A network of IPv4 or IPv6, written as an address and the length of its prefix."""
