"""Pieces of Python source in the form that a formatter leaves alone.

A call, list or mapping stands on one line when that line ends before column 88, the narrowest limit
in use; otherwise it is one item a line, each with a comma after it, which every formatter keeps
(the "magic trailing comma" of Black and Ruff).
"""

from __future__ import annotations

import json
import keyword
from collections.abc import Iterable, Sequence
from datetime import timedelta

from platc_compiler.templating.templates import Raw

_WIDTH = 88
_UNITS = (
    ("days", timedelta(days=1)),
    ("hours", timedelta(hours=1)),
    ("minutes", timedelta(minutes=1)),
    ("seconds", timedelta(seconds=1)),
    ("milliseconds", timedelta(milliseconds=1)),
)


def text(value: str) -> Raw:
    """Return a string literal in double quotes, or in single ones when they avoid escapes."""
    inner = json.dumps(value, ensure_ascii=False)[1:-1]
    # JSON leaves U+007F and the control characters of C1 as they are.
    inner = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in inner)
    if value.count('"') <= value.count("'"):
        return Raw(f'"{inner}"')
    return Raw("'" + inner.replace('\\"', '"').replace("'", "\\'") + "'")


def sequence(values: Sequence[str], column: int, indent: int) -> Raw:
    """Return a list of strings that begins at ``column``, in a line indented by ``indent``."""
    items = [text(value) for value in values]
    return bracketed("[", items, "]", column, indent)


def bracketed(opening: str, items: Iterable[str], closing: str, column: int, indent: int) -> Raw:
    """Return ``opening item, item closing``, on one line or one item a line; a comma may follow."""
    listed = list(items)
    line = f"{opening}{', '.join(listed)}{closing}"
    if column + len(line) + len(",") <= _WIDTH:
        return Raw(line)
    pad = " " * indent
    body = "".join(f"{pad}    {item},\n" for item in listed)
    return Raw(f"{opening}\n{body}{pad}{closing}")


def length_of_time(length: timedelta | None) -> Raw | None:
    """Return ``timedelta(…)`` in the largest whole units.

    >>> length_of_time(timedelta(minutes=90))
    Raw('timedelta(hours=1, minutes=30)')
    """
    if length is None:
        return None
    parts, rest = [], length
    for name, unit in _UNITS:
        count, rest = divmod(rest, unit)
        parts += [f"{name}={count}"] if count else []
    return Raw(f"timedelta({', '.join(parts) or '0'})")


def docstring(value: str) -> Raw:
    """Return a docstring on one line, ended by a full stop."""
    printable = "".join(each if each.isprintable() else " " for each in value)
    line = " ".join(printable.split()).replace("\\", "\\\\").replace('"""', "'''")
    line = line[:1].upper() + line[1:]
    stop = "" if line.endswith((".", "!", "?")) else "."
    return Raw(f'"""{line}{stop}"""')


class Names:
    """Makes unique names: none is a keyword or is in use."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken)

    def fresh(self, wanted: str) -> Raw:
        """Return the wanted name, with underscores appended until it is unused."""
        while wanted in self._taken or keyword.iskeyword(wanted):
            wanted += "_"
        self._taken.add(wanted)
        return Raw(wanted)
