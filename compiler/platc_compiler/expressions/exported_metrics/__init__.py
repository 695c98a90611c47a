"""The metrics of well-known exporters: one file each, with ``type name labels`` on each line.

A label with a question mark is not on every series. The first line of a file names its source and
version. Files are read only when an expression asks for a metric, and no list is made of them: a
name is looked up in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Literal, TypeAlias, cast

from msgspec import Struct

_FOLDER = Path(__file__).parent
_VERSION = re.compile(r"# Served by [^;:]*? v?(\d+(?:\.\d+)+)")

_HEAD = 2000
"""Characters that the first lines of a catalogue have at most."""
_COMPUTED = re.compile(r"^# Computed: (.*)$", re.MULTILINE)

MetricType: TypeAlias = Literal["counter", "gauge", "histogram", "summary", "unknown"]


class Exported(Struct, frozen=True):
    """A metric of an exporter."""

    name: str
    type: MetricType
    labels: frozenset[str] | None
    """Its labels, ``None`` (``*`` in the file) if they are not known."""
    optional: frozenset[str] = frozenset()
    """The labels that are not on every series."""


@cache
def _text(exporter: str) -> str:
    return (_FOLDER / f"{exporter}.txt").read_text(encoding="utf-8")


@cache
def version(exporter: str) -> str:
    """Return the version of the exporter whose metrics are listed."""
    found = _VERSION.match(_text(exporter))
    return found[1] if found else ""


def exported(exporter: str, name: str) -> Exported | None:
    """Return the metric of an exporter with this name, ``None`` if it has none."""
    text = _text(exporter)
    at = text.find(f" {name}")
    while at >= 0:
        after = at + 1 + len(name)
        if text[after : after + 1] in {" ", "\n", ""}:
            start = text.rfind("\n", 0, at) + 1
            if text[start] != "#":
                return _read(text[start:].partition("\n")[0])
        at = text.find(f" {name}", after)
    return None


def all_exported(exporter: str) -> Iterator[Exported]:
    """Yield every metric of an exporter, by name."""
    yield from map(_read, lines(exporter))


def lines(exporter: str) -> Iterator[str]:
    """Yield the line of every metric of an exporter, by name."""
    return (line for line in _text(exporter).splitlines() if not line.startswith("#"))


def _read(line: str) -> Exported:
    kind, name, *rest = line.split(" ")
    if rest == ["*"]:
        return Exported(name, cast("MetricType", kind), None)
    labels = rest[0].split(",") if rest else []
    return Exported(
        name,
        cast("MetricType", kind),
        frozenset(label.rstrip("?") for label in labels),
        frozenset(label[:-1] for label in labels if label.endswith("?")),
    )


def computes_name(exporter: str, name: str) -> bool:
    """Return whether an exporter computes names like this one from what it finds on a machine.

    Of such families the catalogue has examples only: its line ``# Computed:`` has their beginnings.
    """
    return name.startswith(_computed(exporter))


@cache
def _computed(exporter: str) -> tuple[str, ...]:
    found = _COMPUTED.search(_text(exporter)[:_HEAD])
    return tuple(found[1].split()) if found else ()


def exports_like(exporter: str, name: str) -> bool:
    """Return whether some metric of an exporter begins with the same word, such as ``node_``."""
    beginning, underscore, _ = name.partition("_")
    return bool(underscore) and f" {beginning}_" in _text(exporter)
