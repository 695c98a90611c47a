"""A cache for functions of one object, such as a platform, that several checks call."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

Argument = TypeVar("Argument")
Result = TypeVar("Result")


def cached_by_identity(function: Callable[[Argument], Result]) -> Callable[[Argument], Result]:
    """Return a function that keeps its last result, and returns it for the identical argument.

    The argument must be immutable. ``functools.cache`` would hash it: to hash a platform costs more
    than most of the results do.
    """
    last: list[tuple[Argument, Result]] = []

    @wraps(function)
    def cached(argument: Argument) -> Result:
        if not last or last[0][0] is not argument:
            last[:] = [(argument, function(argument))]
        return last[0][1]

    return cached
