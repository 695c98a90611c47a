"""What is wrong with one emitted object, and where in it."""

from __future__ import annotations

from msgspec import Struct

Path = tuple[str | int, ...]
"""Keys and list positions from the root of an object down to one of its values."""


class Fault(Struct, frozen=True):
    """One reason why a cluster would refuse an object.

    Attributes:
        index: position of the object among the manifests that were examined.
        path: where in the object; for an unknown field, the field itself; for a missing one, what
            lacks it.
        message: what is wrong, as a clause without full stop.
    """

    index: int
    path: Path
    message: str


def order(path: Path) -> tuple[str, ...]:
    """Return a key that sorts paths as their values stand: list positions by number."""
    return tuple(step if isinstance(step, str) else f"{step:09}" for step in path)
