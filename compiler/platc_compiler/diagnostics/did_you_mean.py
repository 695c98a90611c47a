"""Suggestions for a misspelt name: "did you mean …?"."""

from __future__ import annotations

from collections.abc import Iterable

from platc_compiler.diagnostics import Edit, Hint

_FEW = 12
_LONGEST = 256
"""Characters of a word at most for which a name is looked for: no name is longer than 253."""


def closest_match(word: str, choices: Iterable[str]) -> str | None:
    """Return the choice that ``word`` most likely stands for, ``None`` if none is near.

    >>> closest_match("postgress", ["postgres", "prometheus"])
    'postgres'
    """
    import difflib

    if len(word) > _LONGEST:
        return None
    spelt = {choice.lower(): choice for choice in sorted(set(choices), reverse=True)}
    close = difflib.get_close_matches(word.lower(), sorted(spelt), n=1, cutoff=0.6)
    return spelt[close[0]] if close else None


def did_you_mean(word: str, choices: Iterable[str], otherwise: str = "") -> Hint:
    """Return a hint that names the nearest choice, or all of a few, or ``otherwise``."""
    known = sorted(set(choices))
    close = closest_match(word, known)
    if close is not None:
        return Hint(f"did you mean '{close}'?", Edit("word", close, word))
    if known and len(known) <= _FEW and not otherwise:
        return Hint("known: " + ", ".join(known))
    return Hint(otherwise)
