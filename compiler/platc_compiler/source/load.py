"""From text to plain data, by YAML 1.2's core schema.

The parser is libyaml's stream of events: it does not recurse, so this module limits the depth.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from math import isfinite
from typing import Any

import yaml
from msgspec import Struct, field
from yaml import _yaml as libyaml
from yaml import events as ev

from platc_compiler.diagnostics import Diagnostic, Origin, Span

LARGEST_FILE = 8 << 20
"""The maximum of bytes of a file."""
DEEPEST = 64
"""The maximum depth of nesting."""
MOST_NODES = 200_000
"""The maximum of values; an alias counts each time it is used."""

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
TEXT_TAGS = frozenset({None, "!", "tag:yaml.org,2002:str"})
"""The tags of a scalar that is a string."""
_COLLECTIONS = frozenset({"!", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"})
BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
"""The line breaks, as libyaml counts them."""
_INT = re.compile(r"[-+]?[0-9]{1,300}|0o[0-7]{1,100}|0x[0-9a-fA-F]{1,100}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?")


class Unreadable(Exception):  # noqa: N818 - it is raised for a user's text, not for a bug
    """A text that is not a platform at all; the exception holds the place and the reason."""

    def __init__(
        self, code: str, message: str, span: Span, hint: str = "", file: str | None = None
    ) -> None:
        super().__init__(message)
        self.code, self.message, self.span, self.hint = code, message, span, hint
        self.file = file
        """The file, where it is not platform.yaml itself."""
        self.read_to = Span(0, 0, 0, 0)
        """The last piece of the text that was read."""

    @property
    def diagnostic(self) -> Diagnostic:
        """The diagnostic of this fault."""
        return Diagnostic(
            self.code, "error", self.message, (), self.hint, span=self.span, file=self.file
        )


class NotYaml(Unreadable):
    """A fault that the parser reports."""


class UnknownTag(Unreadable):
    """A tag without a meaning here; the message names it."""


class Loaded(Struct, frozen=True):
    """The data of a text, and the faults that do not prevent reading it."""

    data: dict[str, Any]
    duplicates: tuple[tuple[Origin, Span], ...]


class _Open(Struct):
    """A collection whose end has not been read yet."""

    value: dict[str, Any] | list[Any]
    anchor: str | None
    path: Origin
    key: str | None = None
    key_span: Span | None = None
    start: Span | None = None
    size: int = 1


def meant(event: ev.ScalarEvent) -> Any:  # noqa: ANN401
    """Return the value of a scalar: a plain one by the core schema, any other as a string.

    Raises:
        UnknownTag: it has a tag other than that of a string.
    """
    if event.tag is None and event.implicit[0] and event.style in {None, ""}:
        return resolve(event.value)
    if event.tag not in TEXT_TAGS:
        raise _unknown_tag(event)
    return event.value


def _bare(collection: dict[str, Any] | list[Any], _: Span) -> Any:  # noqa: ANN401
    return collection


class Reading(Struct, frozen=True):
    """What a text may contain, and how its values are built."""

    several: bool = False
    """Whether it may contain several documents."""
    aliases: bool = True
    """Whether anchors and aliases are followed, or refused."""
    scalar: Callable[[ev.ScalarEvent], Any] = meant
    """Returns the value of a scalar; it may raise ``Unreadable``."""
    collection: Callable[[dict[str, Any] | list[Any], Span], Any] = _bare
    """Returns the value of a mapping or a list, from its content and its place."""


PLATFORM = Reading()
"""The reading of a text with one document, as plain data."""


class Scalar(Struct, frozen=True):
    """A value that is not a collection, in its original notation."""

    path: Origin
    key: Span
    span: Span
    value: Any


class Builder(Struct):
    """Turns events into data, one at a time."""

    places: dict[Origin, tuple[Span, Span]] | None = None
    reading: Reading = PLATFORM
    scalars: list[Scalar] | None = None
    """Every scalar in its original notation, for callers that need more than the place of a
    path."""
    roots: list[Any] = field(default_factory=list)
    """The values of the documents."""
    documents: int = 0
    total: int = 0
    stack: list[_Open] = field(default_factory=list)
    anchors: dict[str, tuple[Any, int] | None] = field(default_factory=dict)
    duplicates: list[tuple[Origin, Span]] = field(default_factory=list)

    def feed(self, event: ev.Event) -> None:
        """Take the next event.

        Raises:
            Unreadable: what the events describe is refused by the reading.
        """
        if not self.reading.aliases and getattr(event, "anchor", None) is not None:
            message = "anchors and aliases are not read here"
            raise Unreadable("PLT003", message, span_of(event), "write the value out")
        if isinstance(event, ev.ScalarEvent):
            self._scalar(event)
        elif isinstance(event, (ev.MappingStartEvent, ev.SequenceStartEvent)):
            self._open(event)
        elif isinstance(event, (ev.MappingEndEvent, ev.SequenceEndEvent)):
            self._close(event)
        elif isinstance(event, ev.AliasEvent):
            self._alias(event)
        elif isinstance(event, ev.DocumentStartEvent):
            self.documents += 1
            self.anchors.clear()
            if self.documents > 1 and not self.reading.several:
                raise Unreadable(
                    "PLT001",
                    "there is more than one document in the file",
                    span_of(event),
                    "a platform is one document: remove this '---' and what follows",
                )

    def _scalar(self, event: ev.ScalarEvent) -> None:
        top = self.stack[-1] if self.stack else None
        if top is not None and isinstance(top.value, dict) and top.key is None:
            if event.tag not in TEXT_TAGS:
                raise _unknown_tag(event)
            self._take_key(top, event.value, span_of(event))
            return
        value = self.reading.scalar(event)
        if event.anchor is not None:
            self.anchors[event.anchor] = (value, 1)
        self._add(value, span_of(event), 1)

    def _take_key(self, top: _Open, key: str, span: Span) -> None:
        top.key, top.key_span = key, span
        if key in top.value:
            self.duplicates.append(((*top.path, key), span))

    def _open(self, event: ev.MappingStartEvent | ev.SequenceStartEvent) -> None:
        path = self._path()
        if len(self.stack) >= DEEPEST:
            raise Unreadable("PLT003", f"nested deeper than {DEEPEST} levels", span_of(event))
        if event.tag not in {None, *_COLLECTIONS}:
            raise _unknown_tag(event)
        if event.anchor is not None:
            self.anchors[event.anchor] = None
        value: dict[str, Any] | list[Any] = {} if isinstance(event, ev.MappingStartEvent) else []
        self.stack.append(_Open(value, event.anchor, path, start=span_of(event)))

    def _close(self, event: ev.MappingEndEvent | ev.SequenceEndEvent) -> None:
        done = self.stack.pop()
        if done.anchor is not None:
            self.anchors[done.anchor] = (done.value, done.size)
        start = done.start or span_of(event)
        end = span_of(event)
        span = Span(start.line, start.column, end.line, end.column)
        self.total -= done.size - 1  # its values have been counted
        self._add(self.reading.collection(done.value, span), span, done.size)

    def _alias(self, event: ev.AliasEvent) -> None:
        name = event.anchor or ""
        if name not in self.anchors:
            raise Unreadable(
                "PLT003", f"no anchor &{name} stands before this alias", span_of(event)
            )
        known = self.anchors[name]
        if known is None:
            raise Unreadable(
                "PLT003",
                f"the alias *{name} stands inside what it names",
                span_of(event),
                "write the value out",
            )
        value, size = known
        top = self.stack[-1] if self.stack else None
        if top is not None and isinstance(top.value, dict) and top.key is None:
            if not isinstance(value, str):
                raise Unreadable("PLT001", "a key must be a plain word", span_of(event))
            self._take_key(top, value, span_of(event))
            return
        self._add(value, span_of(event), size)

    def _path(self) -> Origin:
        if not self.stack:
            return ()
        top = self.stack[-1]
        if isinstance(top.value, list):
            return (*top.path, len(top.value))
        if top.key is None:
            raise Unreadable(
                "PLT001",
                "a key must be a plain word",
                top.start or Span(0, 0, 0, 0),
                "templates (Helm's {{ … }}) are not filled in: write the value; quote a text that"
                " begins with { or [",
            )
        return (*top.path, top.key)

    def _add(self, value: Any, span: Span, size: int) -> None:  # noqa: ANN401
        self.total += size
        if self.total > MOST_NODES:
            raise Unreadable("PLT003", f"more than {MOST_NODES} values, aliases counted", span)
        path = self._path()
        top = self.stack[-1] if self.stack else None
        key_span = (top.key_span if top is not None else None) or span
        if self.scalars is not None and not isinstance(value, (dict, list)):
            self.scalars.append(Scalar(path, key_span, span, value))
        self._note(path, key_span, span)
        if top is None:
            self.roots.append(value)
            return
        top.size += size
        if isinstance(top.value, list):
            top.value.append(value)
        else:
            top.value[top.key or ""] = value
            top.key = top.key_span = None

    def _note(self, path: Origin, key: Span, value: Span) -> None:
        if self.places is not None:
            self.places[path] = (key, value)

    def so_far(self) -> tuple[Any, list[tuple[str, Any]]]:
        """Return the data of an incomplete text, and its open keys and collections.

        The open collections are closed, so no more events can be fed.
        """
        open_ones = [(top.key or "", top.value) for top in self.stack]
        data = self.roots[0] if self.roots else None
        while self.stack:
            data = self.stack.pop().value
            above = self.stack[-1] if self.stack else None
            if above is not None and isinstance(above.value, list):
                above.value.append(data)
            elif above is not None and above.key is not None and isinstance(above.value, dict):
                above.value[above.key] = data
        return data, open_ones


def resolve(text: str) -> Any:  # noqa: ANN401
    """Return the value of a plain scalar in YAML 1.2's core schema, where ``on`` is a string."""
    if text in _NULL:
        return None
    if text in _BOOL:
        return _BOOL[text]
    if text[0] in "0123456789+-.":
        if _INT.fullmatch(text):
            return int(text, {"o": 8, "x": 16}.get(text[1:2], 10))
        # A number that a float cannot represent stays a string.
        if _FLOAT.fullmatch(text) and not text.isdigit() and isfinite(number := float(text)):
            return number
    return text


def _unknown_tag(event: ev.NodeEvent) -> UnknownTag:
    tag = getattr(event, "tag", "")
    return UnknownTag(
        "PLT001", f"the tag {tag} is not known here", span_of(event), "remove the tag"
    )


def span_of(event: ev.Event) -> Span:
    """Return the place of an event, counted from 0."""
    # libyaml always knows; the marks may be missing only in events made by hand.
    start: Any = event.start_mark
    end: Any = event.end_mark
    return Span(start.line, start.column, end.line, end.column)


def _events(text: str) -> Iterator[ev.Event]:
    try:
        parser = libyaml.CParser(text)
        while (event := parser.get_event()) is not None:
            yield event
    except yaml.YAMLError as fault:
        raise _not_yaml(fault, text) from None
    except UnicodeEncodeError as fault:
        line, column = _place_of(text, fault.start)
        span = Span(line, column, line, column + 1)
        raise NotYaml("PLT001", "a character that is not Unicode text", span) from None


def _not_yaml(fault: yaml.YAMLError, text: str) -> NotYaml:
    mark, context_mark = getattr(fault, "problem_mark", None), getattr(fault, "context_mark", None)
    if mark and context_mark and not "".join(BREAK.split(text)[mark.line :]).strip():
        # The text ends inside a collection: the place where it begins helps more than the end.
        mark = context_mark
    reason = getattr(fault, "problem", None) or getattr(fault, "reason", None) or "unreadable"
    message = f"not YAML: {reason}"
    context = getattr(fault, "context", None)
    if context:
        message += f", {context}"
    if context_mark and mark and context_mark.line != mark.line:
        message += f" begun at line {context_mark.line + 1}"
    mark = mark or context_mark
    offset = getattr(fault, "position", None) or 0
    line, column = (mark.line, mark.column) if mark else _place_of(text, offset)
    lines = BREAK.split(text)
    if not "".join(lines[line:]).strip():
        # A fault at the end of the text is one of the last line that is not empty.
        line = next((n for n in range(len(lines) - 1, -1, -1) if lines[n].strip()), 0)
        column = len(lines[line].rstrip())
    begun = context_mark.line if context_mark else line
    around = "\n".join({n: lines[n] for n in (begun, line) if n < len(lines)}.values())
    advice = _advice(reason, lines[line][column : column + 1], around)
    return NotYaml("PLT001", message, Span(line, column, line, column + 1), advice)


_SWALLOWED = re.compile(r"[:,\[{-]\s+#\S")
"""A value that is a comment, because it begins with the sign of one."""


def _advice(reason: str, here: str, lines: str) -> str:
    """Return the hint for a fault of the parser.

    Args:
        reason: the parser's own.
        here: the character at the place of the fault.
        lines: the line of the fault, and the one where the faulty part begins.
    """
    if here == "\t":
        return "indent with spaces: this is a tab"
    if "{{" in lines or "{%" in lines:
        return "templates (Helm's {{ … }}) are not filled in: write the value"
    if _SWALLOWED.search(lines):
        return "put a value that begins with # in quotes: it is a comment otherwise"
    if "character that cannot start any token" in reason:
        return f"quote a value that begins with {here}"
    known = (hint for part, hint in _ADVICE.items() if part in reason)
    return next(known, "check the indentation and the quotes before this place")


_ADVICE = {
    "expected ',' or": "close the bracket, or quote a value that contains ': ' or ', '",
    "mapping values are not allowed": (
        "quote a value that contains ': ', or check the indentation of this line"
    ),
}
"""Hints by a part of the parser's reason."""


def _place_of(text: str, offset: int) -> tuple[int, int]:
    before = BREAK.split(text[:offset])
    return len(before) - 1, len(before[-1])


def build(
    text: str,
    places: dict[Origin, tuple[Span, Span]] | None = None,
    reading: Reading = PLATFORM,
) -> Builder:
    """Return the data of ``text``.

    Args:
        text: without a byte order mark.
        places: filled with where each key and value stands; for a text of one document.
        reading: what the text may hold.

    Raises:
        Unreadable: the text is no YAML, too large, too deep, a bomb of aliases, or refused by the
            reading.
    """
    return fed(Builder(places, reading), text)


def fed(builder: Builder, text: str) -> Builder:
    """Return the builder, fed with ``text``.

    Raises:
        Unreadable: as :func:`build`; the builder then has what stands before the fault.
    """
    if len(text) > LARGEST_FILE or len(text.encode("utf-8", "replace")) > LARGEST_FILE:
        raise Unreadable("PLT001", f"larger than {LARGEST_FILE >> 20} MiB", Span(0, 0, 0, 0))
    event = None
    try:
        for event in _events(text):
            builder.feed(event)
    except Unreadable as fault:
        fault.read_to = span_of(event) if event is not None else Span(0, 0, 0, 0)
        raise
    return builder


def load(text: str) -> Loaded:
    """Return the data of ``text``, a mapping.

    Raises:
        Unreadable: as :func:`build`, or the text is no mapping.
    """
    builder = build(text.removeprefix("\ufeff"))
    root = builder.roots[0] if builder.roots else None
    if not isinstance(root, dict):
        what = "empty" if root is None else "not a mapping"
        raise Unreadable(
            "PLT001",
            f"the file is {what}",
            Span(0, 0, 0, 1),
            "begin with 'platform: NAME'; 'platc init' writes a file to start from",
        )
    return Loaded(root, tuple(builder.duplicates))
