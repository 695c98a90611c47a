"""A fault of one emitted object, and its path in the object."""

from __future__ import annotations

from msgspec import Struct

Path = tuple[str | int, ...]
"""Keys and list positions from the root of an object down to one of its values."""


class Fault(Struct, frozen=True):
    """One reason why a cluster would refuse an object.

    Attributes:
        index: position of the object among the manifests that were examined.
        path: where in the object: an unknown field itself, or the mapping that lacks a required
            field.
        message: the fault, as a clause without full stop.
    """

    index: int
    path: Path
    message: str


def order(path: Path) -> tuple[str, ...]:
    """Return a key that sorts paths in the order of their values: list positions as numbers."""
    return tuple(step if isinstance(step, str) else f"{step:09}" for step in path)
