"""Suggestions for a misspelt name: "did you mean …?".

A platform may misspell thousands of names among thousands. So each name is compared with all
others only where they are few; among many it is compared with its neighbours in the order of their
beginnings and of their ends: a slip of the pen leaves one of the two as it was.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from functools import lru_cache

from msgspec import Struct

from platc_compiler.diagnostics import Edit, Hint

_FEW = 12
_ALL = 64
"""Names that a word is compared with one by one."""
_BESIDE = 8
"""Neighbours on each side of a word, where there are more names."""
_LONGEST = 64
"""Characters of a word at most for which a name is looked for: the time grows by their square."""


class _Names(Struct, frozen=True):
    """Names in small letters, sorted."""

    spelt: dict[str, str]
    """By what they are in small letters."""
    sorted: list[str]
    from_their_ends: list[str]
    """Each written backwards; empty where the names are few."""

    def like(self, word: str) -> list[str]:
        """Return the names that a word, in small letters, is worth comparing with."""
        if not self.from_their_ends:
            return self.sorted
        ends = (name[::-1] for name in _around(word[::-1], self.from_their_ends))
        return sorted({*_around(word, self.sorted), *ends})


def _around(word: str, names: list[str]) -> list[str]:
    at = bisect_left(names, word)
    return names[max(0, at - _BESIDE) : at + _BESIDE]


@lru_cache(maxsize=16)
def _names(choices: tuple[str, ...]) -> _Names:
    spelt = {choice.lower(): choice for choice in sorted(set(choices), reverse=True)}
    names = sorted(spelt)
    return _Names(spelt, names, sorted(n[::-1] for n in names) if len(names) > _ALL else [])


def closest_match(word: str, choices: Iterable[str], but: str = "") -> str | None:
    """Return the choice that ``word`` most likely stands for, ``None`` if none is near.

    Args:
        word: the name that is not among the choices.
        choices: the names to choose from.
        but: a choice that cannot be meant.

    >>> closest_match("postgress", ["postgres", "prometheus"])
    'postgres'
    """
    import difflib

    if len(word) > _LONGEST:
        return None
    names = _names(tuple(choices))
    likely = [name for name in names.like(word.lower()) if names.spelt[name] != but]
    close = difflib.get_close_matches(word.lower(), likely, n=1, cutoff=0.6)
    return names.spelt[close[0]] if close else None


def did_you_mean(word: str, choices: Iterable[str], otherwise: str = "") -> Hint:
    """Return a hint that names the nearest choice, or all of a few, or ``otherwise``."""
    choices = tuple(choices)
    close = closest_match(word, choices)
    if close is not None:
        return Hint(f"did you mean '{close}'?", Edit("word", close, word))
    if choices and len(choices) <= _FEW and not otherwise:
        return Hint("known: " + ", ".join(sorted(set(choices))))
    return Hint(otherwise)
