"""The work that a user's own templates may do: counted, so that the answer is the same everywhere.

A unit is one step of a loop, one call, or 64 bytes that are made or looked through. What one
operation makes is bounded as well, before it is made.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sized
from typing import Any

LARGEST = 16 << 20
"""The maximum of characters of one rendering, and of a text that a template makes."""
MOST_WORK = 2_000_000
"""Units of one compilation: about two seconds."""
WIDEST = 10_000
"""The maximum of a number that says how wide, deep or often something is made."""
_MOST_BITS = 1 << 15
"""Of a whole number."""
_UNIT, _REFERENCE = 64, 8
"""Bytes of a unit, and of an item of a list."""
_WIDE = re.compile(r"[0-9]{5}|\*|:[^{}]*\{")
"""A width of five digits in a format, or one that an argument states."""


class Work:
    """What has been done, and what may be done yet."""

    def __init__(self) -> None:
        self._done = 0

    def begin(self) -> None:
        """Forget what has been done, before the next compilation."""
        self._done = 0

    def add(self, units: int) -> None:
        """Count units.

        Raises:
            OverflowError: there have been too many.
        """
        self._done += units
        if self._done > MOST_WORK:
            raise OverflowError(f"more than {MOST_WORK} steps")

    def made(self, value: Any) -> Any:  # noqa: ANN401
        """Return a value after counting its size."""
        self.add(1 + _bytes(value) // _UNIT)
        return value

    def steps(self, items: Iterable[Any]) -> Iterator[Any]:
        """Yield items, each counted as a step."""
        for item in items:
            self.add(1)
            yield item

    def joined(self, parts: Iterable[Any]) -> str:
        """Return the text that the parts make together."""
        texts = [str(part) for part in parts]
        self.room(sum(map(len, texts)))
        return "".join(texts)

    def room(self, size: int) -> None:
        """Count a text or list that is about to be made.

        Raises:
            OverflowError: it would be too large.
        """
        if size > LARGEST:
            raise OverflowError(f"a text or a list of more than {LARGEST} parts")
        self.add(1 + size // _UNIT)


def _bytes(value: object) -> int:
    if isinstance(value, (str, bytes)):
        return len(value)
    return _REFERENCE * len(value) if isinstance(value, Sized) else 0


def size(value: object) -> int:
    """Return how many parts a value has, 0 for a single one."""
    return len(value) if isinstance(value, Sized) else 0


def check_numbers(operator: str, left: object, right: object) -> None:
    """Refuse a product or a power that would be a number of thousands of digits.

    Raises:
        OverflowError: it would.
    """
    if not (isinstance(left, int) and isinstance(right, int)):
        return
    power = left.bit_length() * max(right, 0)
    bits = power if operator == "**" else left.bit_length() + right.bit_length()
    if bits > _MOST_BITS:
        raise OverflowError(f"a number of more than {_MOST_BITS} bits")


def check_format(text: object) -> None:
    """Refuse a format with a width of five digits, or one that an argument states.

    Raises:
        OverflowError: it has one.
    """
    if isinstance(text, str) and _WIDE.search(text):
        raise OverflowError("a format whose width has five digits, or is an argument")


def check_widths(arguments: Iterable[object]) -> None:
    """Refuse numbers that say how wide or how often, if they are too large.

    Raises:
        OverflowError: one is.
    """
    if any(isinstance(each, int) and abs(each) > WIDEST for each in arguments):
        raise OverflowError(f"a width above {WIDEST}")
