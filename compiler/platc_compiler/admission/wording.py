"""The wording of messages: the quoted value, and the name that was probably meant."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from platc_compiler.diagnostics.did_you_mean import closest_match

LONGEST = 60
"""Characters of a faulty value that a message quotes."""


def shown(value: object) -> str:
    """Return a value as a message quotes it, shortened if it is long.

    >>> shown("three"), shown(True), shown({})
    ("'three'", 'true', 'a mapping')
    """
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, str):
        return repr(value if len(value) <= LONGEST else value[: LONGEST - 1] + "…")
    return json.dumps(value)


def hint(name: str, known: Iterable[str]) -> str:
    """Return the known name that a misspelt one probably means, in brackets after a space.

    >>> hint("replcas", ["replicas", "paused"])
    " (did you mean 'replicas'?)"
    """
    close = closest_match(name, known)
    return f" (did you mean '{close}'?)" if close else ""
