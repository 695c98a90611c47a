"""Catalogues: the settings that the releases of a program know, with their types.

A file below ``data/``: lines of comments, one of them ``# releases: OLDEST … NEWEST``, then a line
for each setting with the columns

    name, since, until, type, unit, least, most, choices, changed

and a tabulator between them. ``since`` is the first release that says this of the setting, empty
for the oldest one; ``until`` is the last one, empty for the newest one. Choices have ``|`` between
them. What a type means is known to the program's own module. ``tools/catalogues/`` writes the
files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache, cached_property
from pathlib import Path

from msgspec import Struct

_DATA = Path(__file__).with_name("data")


class Setting(Struct, frozen=True):
    """What some releases say of a setting."""

    name: str
    type: str
    """A word of the program's module; ``fixed`` cannot be set in any program."""
    unit: str = ""
    """Of a number without a unit of its own."""
    least: str = ""
    most: str = ""
    choices: tuple[str, ...] = ()
    changed: str = ""
    """What a server needs to read it anew: ``restart``, ``reload`` or ``connect``; empty where a
    session can change it, or where the catalogue does not say."""


class Line(Struct, frozen=True):
    """A line of a catalogue."""

    first: int
    last: int
    """The releases that it speaks of, by their place."""
    setting: Setting


class Catalogue(Struct, frozen=True, dict=True):
    """The settings of the releases that were read.

    A line is parsed when its setting is asked for: a platform states few of hundreds of settings.
    """

    releases: tuple[str, ...]
    """The oldest first, such as ``18`` or ``9.5.2``."""
    lists: Mapping[str, tuple[str, ...]]
    """Further facts by name."""
    text: str
    """The lines, with a line break before and after each."""

    def near(self, version: str) -> tuple[int, ...]:
        """Return the places of the releases that a version is judged by, none if it is not known.

        A version is judged by the release with the same numbers; where only the last number
        differs, too. A version between two releases is judged by both.
        """
        wanted = _numbers(version)
        releases = [_numbers(release) for release in self.releases]
        for place, release in enumerate(releases):
            same = max(1, len(release) - 1)
            if wanted[:same] == release[:same]:
                return (place,)
        between = [place for place, release in enumerate(releases) if release < wanted]
        if not between or between[-1] + 1 == len(releases):
            return ()
        return (between[-1], between[-1] + 1)

    def find(self, name: str, near: Iterable[int]) -> tuple[Setting, ...]:
        """Return what each of some releases says of a setting; nothing where it has none."""
        lines = self.lines(name)
        return tuple(
            line.setting for place in near for line in lines if line.first <= place <= line.last
        )

    def lines(self, name: str) -> tuple[Line, ...]:
        """Return all that is said of a setting; none if no release has it."""
        if "\t" in name or "\n" in name:
            return ()
        key, start, found = f"\n{name.lower()}\t", 0, []
        while (start := self._lowered.find(key, start)) >= 0:
            end = self.text.index("\n", start + 1)
            found.append(self._parsed(self.text[start + 1 : end]))
            start = end
        return tuple(found)

    def span(self, name: str) -> tuple[str | None, str | None]:
        """Return the first and the last release with a setting; ``None`` where there is no bound.

        Raises:
            ValueError: no release has it.
        """
        lines = self.lines(name)
        first, last = min(line.first for line in lines), max(line.last for line in lines)
        newest = len(self.releases) - 1
        return (
            self.releases[first] if first else None,
            self.releases[last] if last < newest else None,
        )

    def names(self, near: Iterable[int]) -> frozenset[str]:
        """Return the names of the settings that one of some releases has."""
        places = tuple(near)
        return frozenset(
            line.setting.name
            for line in self.all
            if any(line.first <= place <= line.last for place in places)
        )

    @cached_property
    def all(self) -> tuple[Line, ...]:
        """All that is said."""
        return tuple(map(self._parsed, self.text.split("\n")[1:-1]))

    @cached_property
    def _lowered(self) -> str:
        return self.text.lower()

    def _parsed(self, text: str) -> Line:
        name, since, until, *rest = text.split("\t")
        kind, unit, least, most, choices, changed = (*rest, *[""] * 6)[:6]
        words = tuple(choices.split("|")) if choices else ()
        return Line(
            self.releases.index(since) if since else 0,
            self.releases.index(until) if until else len(self.releases) - 1,
            Setting(name, kind, unit, least, most, words, changed),
        )


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version))


@cache
def catalogue(name: str) -> Catalogue:
    """Return the catalogue in ``data/NAME.tsv``."""
    text = (_DATA / f"{name}.tsv").read_text(encoding="utf-8")
    lists: dict[str, tuple[str, ...]] = {}
    while text.startswith("# "):
        head, _, text = text.partition("\n")
        key, colon, words = head[2:].partition(": ")
        if colon:
            lists[key] = tuple(words.split())
    return Catalogue(lists.pop("releases"), lists, f"\n{text}")
