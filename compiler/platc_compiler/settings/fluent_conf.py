"""The sections and parameters of a fragment of fluent.conf.

The grammar is that of Fluentd's own parser (lib/fluent/config/v1_parser.rb, 1.19), without the
evaluation of values: what stands between quotes or brackets may go on over several lines.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from msgspec import Struct, field

_OPENED = re.compile(r"<([A-Za-z0-9_]+)(?:\s+(.*?))?\s*>\s*(?:#.*)?")
_CLOSED = re.compile(r"</([A-Za-z0-9_]+)\s*>\s*(?:#.*)?")
_PARAMETER = re.compile(r"(@?[^\s<>#\"'\[{]+)(?:\s+(.*))?", re.DOTALL)
_COMMENT = re.compile(r"(?:^|\s)#(?!\{).*$")
_BRACKETS = {"[": "]", "{": "}"}
_LONGEST = 2000
"""Lines of one value that are looked at."""


class Parameter(Struct, frozen=True):
    """A parameter with the text of its value."""

    name: str
    value: str
    line: int


class Section(Struct, frozen=True):
    """``<name argument> … </name>``."""

    name: str
    argument: str
    line: int
    """Where it begins, in the fragment."""
    parameters: list[Parameter] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)

    def value(self, name: str) -> str:
        """Return the value of a parameter, empty where it is not stated."""
        return next((each.value for each in self.parameters if each.name == name), "")


class NotParsedError(Exception):
    """A fragment is no configuration of Fluentd."""


def parse(text: str) -> Section:
    """Return a section without a name that holds the fragment.

    Raises:
        NotParsedError: a section is not closed, or another one is.
    """
    root = Section("", "", 0)
    open_sections = [root]
    for number, line in _logical_lines(text):
        closed, opened = _CLOSED.fullmatch(line), _OPENED.fullmatch(line)
        innermost = open_sections[-1]
        if closed is not None:
            if innermost is root or innermost.name != closed[1]:
                raise NotParsedError(f"line {number}: </{closed[1]}> closes nothing")
            open_sections.pop()
        elif opened is not None:
            section = Section(opened[1], opened[2] or "", number)
            innermost.sections.append(section)
            open_sections.append(section)
        elif (found := _PARAMETER.fullmatch(line)) is not None:
            parameter = Parameter(found[1], _plain((found[2] or "").strip()), number)
            innermost.parameters.append(parameter)
        else:
            raise NotParsedError(f"line {number} is neither a section nor a parameter: {line}")
    if open_sections[-1] is not root:
        last = open_sections[-1]
        raise NotParsedError(f"<{last.name}> of line {last.line} is not closed")
    return root


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield each line that says something, joined with those over which its value goes on."""
    lines = text.splitlines()
    at = 0
    while at < len(lines):
        first, line = at, lines[at].strip()
        at += 1
        if not line or line.startswith("#"):
            continue
        value = line.partition(" ")[2].lstrip()
        end = _end_of_value(value, lines, at)
        yield first + 1, "\n".join([line, *lines[at:end]])
        at = end


def _end_of_value(value: str, lines: list[str], at: int) -> int:
    """Return the number of the first line after a value that begins on the line before ``at``."""
    if value[:1] not in {'"', "'", *_BRACKETS} or _is_whole(value):
        return at
    for end in range(at, min(len(lines), at + _LONGEST)):
        value = f"{value}\n{lines[end]}"
        if _is_whole(value):
            return end + 1
    return at


def _is_whole(value: str) -> bool:
    if value[0] in _BRACKETS:
        plain = re.sub(r'"(\\.|[^"\\])*"', "", value)
        return plain.count(value[0]) <= plain.count(_BRACKETS[value[0]])
    quotes = len(re.findall(rf"(?<!\\){value[0]}", value))
    return quotes > 1


def _plain(value: str) -> str:
    """Return a value without its quotes, and without a comment after it."""
    if len(value) > 1 and value[0] == value[-1] == '"':
        try:
            return str(json.loads(value, strict=False))
        except ValueError:
            return value[1:-1]
    if len(value) > 1 and value[0] == value[-1] == "'":
        return value[1:-1]
    return value if value[:1] in {'"', "'", *_BRACKETS} else _COMMENT.sub("", value).strip()
