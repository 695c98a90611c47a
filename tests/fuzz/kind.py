"""A kind of inputs: how one is made of a dice, and how the compiler's answer to it is judged."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import TypeAlias

from msgspec import Struct

Texts: TypeAlias = dict[str, str]
"""An input: texts by name, such as the path of a file beside platform.yaml."""


class Broken(AssertionError):  # noqa: N818 - of a property, not of the fuzzer
    """A property that must hold of every input, and does not."""


class Kind(Struct, frozen=True):
    """One kind of inputs.

    ``answer`` returns a word that the outcomes of a campaign are counted by, and raises whatever
    the compiler raises, or ``Broken``.
    """

    name: str
    share: int
    """How many of 1,000 inputs are of it."""
    make: Callable[[Random], Texts]
    answer: Callable[[Texts], str]


def dice(seed: int, kind: str, index: int) -> Random:
    """Return the dice of one input: it can be made again without those before it."""
    return Random(f"{seed}/{kind}/{index}")  # noqa: S311 - the same inputs in every run


def demand(holds: object, what: str) -> None:
    """Raise ``Broken`` unless something holds."""
    if not holds:
        raise Broken(what)
