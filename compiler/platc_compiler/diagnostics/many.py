"""A limit of the findings that are told at once: to find what was meant takes time for each."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice

from msgspec.structs import replace

from platc_compiler.diagnostics import Diagnostic, has_error

MOST = 1000
"""Findings of one source, such as a check, that are told at once."""


def at_most(found: Iterator[Diagnostic]) -> Iterator[Diagnostic]:
    """Yield the first findings of a source; the last one says that there are more.

    If there is no error among them, the first error after them is told as well: what builds without
    an error must have none.
    """
    told = list(islice(found, MOST))
    yield from told[:-1]
    following = next(found, None) if len(told) == MOST else None
    if following is None:
        yield from told[-1:]
        return
    more = f"{told[-1].message}; what else is wrong is told when this is mended"
    yield replace(told[-1], message=more)
    if not has_error(told):
        rest = chain([following], found)
        yield from islice((each for each in rest if each.severity == "error"), 1)
