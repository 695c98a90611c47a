"""Text to plain data, by YAML 1.2's core schema, and back from a path to its place in the text.

The parser is libyaml's, through its stream of events: it never recurses, so depth is ours to
limit. Loading keeps no places; :class:`Places` reads the text once more when there is a
diagnostic to print.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from math import isfinite
from typing import Any, cast

import yaml
from msgspec import Struct, field
from yaml import _yaml as libyaml
from yaml import events as ev

from platc_compiler.diagnostics import Diagnostic, Located, Mention, Origin, error

LARGEST_FILE = 16 << 20
"""Bytes of platform.yaml at most."""
DEEPEST = 64
"""Levels of nesting at most."""
MOST_NODES = 2_000_000
"""Values at most, aliases counted as often as they are used."""

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_COLLECTIONS = frozenset({"!", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"})
_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_INT = re.compile(r"[-+]?[0-9]{1,300}|0o[0-7]{1,100}|0x[0-9a-fA-F]{1,100}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?")


class Span(Struct, frozen=True):
    """A stretch of the text; lines and columns count from 0, the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


class Unreadable(Exception):  # noqa: N818 - it is raised for a user's text, not for a bug
    """A text that is no platform at all; it holds where and why."""

    def __init__(
        self, code: str, message: str, span: Span, hint: str = "", file: str | None = None
    ) -> None:
        super().__init__(message)
        self.code, self.message, self.span, self.hint = code, message, span, hint
        self.file = file
        """The file, where it is not platform.yaml itself."""


class Loaded(Struct, frozen=True):
    """The data of a text, with the faults that do not keep it from being read."""

    data: dict[str, Any]
    duplicates: tuple[tuple[Origin, Span], ...]


class _Open(Struct):
    """A collection whose end has not come yet."""

    value: dict[str, Any] | list[Any]
    anchor: str | None
    path: Origin
    key: str | None = None
    key_span: Span | None = None
    start: Span | None = None
    size: int = 1


class _Builder(Struct):
    """Turns events into data, one at a time."""

    places: dict[Origin, tuple[Span, Span]] | None = None
    root: Any = None
    started: bool = False
    documents: int = 0
    total: int = 0
    stack: list[_Open] = field(default_factory=list)
    anchors: dict[str, tuple[Any, int] | None] = field(default_factory=dict)
    duplicates: list[tuple[Origin, Span]] = field(default_factory=list)

    def feed(self, event: ev.Event) -> None:
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
            if self.documents > 1:
                raise Unreadable(
                    "PLT001",
                    "there is more than one document in the file",
                    _span(event),
                    "a platform is one document: remove this '---' and what follows",
                )

    def _scalar(self, event: ev.ScalarEvent) -> None:
        top = self.stack[-1] if self.stack else None
        if top is not None and isinstance(top.value, dict) and top.key is None:
            self._take_key(top, event.value, _span(event))
            return
        plain = event.implicit[0] and event.style in {None, ""}
        value = resolve(event.value) if plain and event.tag is None else _tagged(event)
        if event.anchor is not None:
            self.anchors[event.anchor] = (value, 1)
        self._add(value, _span(event), 1)

    def _take_key(self, top: _Open, key: str, span: Span) -> None:
        top.key, top.key_span = key, span
        if key in top.value:
            self.duplicates.append(((*top.path, key), span))

    def _open(self, event: ev.MappingStartEvent | ev.SequenceStartEvent) -> None:
        path = self._path()
        if len(self.stack) >= DEEPEST:
            raise Unreadable("PLT003", f"nested deeper than {DEEPEST} levels", _span(event))
        if event.tag not in {None, *_COLLECTIONS}:
            raise _unknown_tag(event)
        if event.anchor is not None:
            self.anchors[event.anchor] = None
        value: dict[str, Any] | list[Any] = {} if isinstance(event, ev.MappingStartEvent) else []
        self.stack.append(_Open(value, event.anchor, path, start=_span(event)))

    def _close(self, event: ev.MappingEndEvent | ev.SequenceEndEvent) -> None:
        done = self.stack.pop()
        if done.anchor is not None:
            self.anchors[done.anchor] = (done.value, done.size)
        start = done.start or _span(event)
        end = _span(event)
        self._add(done.value, Span(start.line, start.column, end.line, end.column), done.size)

    def _alias(self, event: ev.AliasEvent) -> None:
        name = event.anchor or ""
        if name not in self.anchors:
            raise Unreadable("PLT003", f"no anchor &{name} stands before this alias", _span(event))
        known = self.anchors[name]
        if known is None:
            raise Unreadable(
                "PLT003",
                f"the alias *{name} stands inside what it names",
                _span(event),
                "write the value out",
            )
        value, size = known
        top = self.stack[-1] if self.stack else None
        if top is not None and isinstance(top.value, dict) and top.key is None:
            if not isinstance(value, str):
                raise Unreadable("PLT001", "a key must be a plain word", _span(event))
            self._take_key(top, value, _span(event))
            return
        self._add(value, _span(event), size)

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
                "a collection cannot be a key; quote a text that begins with { or [",
            )
        return (*top.path, top.key)

    def _add(self, value: Any, span: Span, size: int) -> None:  # noqa: ANN401
        self.total += size
        if self.total > MOST_NODES:
            raise Unreadable("PLT003", f"more than {MOST_NODES} values, aliases counted", span)
        path = self._path()
        if not self.stack:
            if not self.started:
                self.root, self.started = value, True
            self._note(path, span, span)
            return
        top = self.stack[-1]
        top.size += size
        self._note(path, top.key_span or span, span)
        if isinstance(top.value, list):
            top.value.append(value)
        else:
            top.value[top.key or ""] = value
            top.key = top.key_span = None

    def _note(self, path: Origin, key: Span, value: Span) -> None:
        if self.places is not None:
            self.places[path] = (key, value)


def resolve(text: str) -> Any:  # noqa: ANN401
    """Return what a plain scalar means in YAML 1.2's core schema, where ``on`` is a string."""
    if text in _NULL:
        return None
    if text in _BOOL:
        return _BOOL[text]
    if text[0] in "0123456789+-.":
        if _INT.fullmatch(text):
            return int(text, {"o": 8, "x": 16}.get(text[1:2], 10))
        # A number beyond what a float holds stays the text that it is.
        if _FLOAT.fullmatch(text) and not text.isdigit() and isfinite(number := float(text)):
            return number
    return text


def _tagged(event: ev.ScalarEvent) -> Any:  # noqa: ANN401
    if event.tag in {None, "!", "tag:yaml.org,2002:str"}:
        return event.value
    raise _unknown_tag(event)


def _unknown_tag(event: ev.NodeEvent) -> Unreadable:
    tag = getattr(event, "tag", "")
    return Unreadable("PLT001", f"the tag {tag} is not known here", _span(event), "remove the tag")


def _span(event: ev.Event) -> Span:
    # libyaml always knows; the marks may be missing only in events made by hand.
    start, end = cast("yaml.Mark", event.start_mark), cast("yaml.Mark", event.end_mark)
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
        raise Unreadable("PLT001", "a character that is not Unicode text", span) from None


def _not_yaml(fault: yaml.YAMLError, text: str) -> Unreadable:
    mark, context_mark = getattr(fault, "problem_mark", None), getattr(fault, "context_mark", None)
    if mark and context_mark and not "".join(_BREAK.split(text)[mark.line :]).strip():
        # The text ends inside of something: where that begins tells more than the end.
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
    here = "".join(_BREAK.split(text)[line : line + 1])[column : column + 1]
    advice = _advice(reason, here)
    return Unreadable("PLT001", message, Span(line, column, line, column + 1), advice)


def _advice(reason: str, here: str) -> str:
    """Return what to do; ``here`` is the character at the place of the fault."""
    if here == "\t":
        return "indent with spaces: this is a tab"
    if "expected ',' or" in reason:
        return "close the bracket, or quote a value that contains ': ' or ', '"
    if "mapping values are not allowed" in reason:
        return "quote a value that contains ': ', or check the indentation of this line"
    if "character that cannot start any token" in reason:
        return f"quote a value that begins with {here}"
    return "check the indentation and the quotes before this place"


def _place_of(text: str, offset: int) -> tuple[int, int]:
    before = _BREAK.split(text[:offset])
    return len(before) - 1, len(before[-1])


def _build(text: str, places: dict[Origin, tuple[Span, Span]] | None) -> _Builder:
    builder = _Builder(places)
    for event in _events(text):
        builder.feed(event)
    return builder


def load(text: str) -> Loaded:
    """Return the data of ``text``, a mapping.

    Raises:
        Unreadable: the text is no YAML, no mapping, too large, too deep, or a bomb of aliases.
    """
    if len(text) > LARGEST_FILE or len(text.encode("utf-8", "replace")) > LARGEST_FILE:
        raise Unreadable("PLT001", f"larger than {LARGEST_FILE >> 20} MiB", Span(0, 0, 0, 0))
    builder = _build(text.removeprefix("\ufeff"), None)
    if not isinstance(builder.root, dict):
        what = "empty" if builder.root is None else "not a mapping"
        raise Unreadable(
            "PLT001",
            f"the file is {what}",
            Span(0, 0, 0, 1),
            "begin with 'platform: NAME'; 'platc init' writes a file to start from",
        )
    return Loaded(builder.root, tuple(builder.duplicates))


def merge(base: Any, over: Any) -> Any:  # noqa: ANN401
    """Return ``base`` changed by ``over`` as a JSON merge patch (RFC 7386)."""
    if not isinstance(over, Mapping):
        return over
    result = dict(base) if isinstance(base, Mapping) else {}
    for key, value in over.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merge(result.get(key), value)
    return result


def select_environment(data: dict[str, Any], name: str | None) -> dict[str, Any]:
    """Return the platform as the environment ``name`` has it.

    Raises:
        KeyError: there is no such environment; the argument is its name.
    """
    if name is None:
        return data
    environments = data.get("environments")
    if not isinstance(environments, Mapping) or name not in environments:
        raise KeyError(name)
    base = {key: value for key, value in data.items() if key != "environments"}
    merged: dict[str, Any] = merge(base, environments[name] or {})
    return merged


class Places:
    """From paths to places in one text; made only when a diagnostic is to be printed."""

    def __init__(self, text: str, file: str, environment: str | None = None) -> None:
        self.lines = _BREAK.split(text.removeprefix("\ufeff"))
        """The lines as they may be shown."""
        self._file = file
        self._prefix: Origin = ("environments", environment) if environment else ()
        self._places: dict[Origin, tuple[Span, Span]] = {}
        # What stands before a fault has its place all the same.
        with suppress(Unreadable):
            _build(text.removeprefix("\ufeff"), self._places)

    def hide(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Blot out the values of hidden diagnostics in every line that is shown."""
        for path in {diagnostic.path for diagnostic in diagnostics if diagnostic.hidden}:
            for prefix in {(), self._prefix}:
                if (*prefix, *path) in self._places:
                    self._blot(self._places[*prefix, *path][1])

    def _blot(self, span: Span) -> None:
        for number in range(span.line, min(span.end_line + 1, len(self.lines))):
            line = self.lines[number]
            start = span.column if number == span.line else 0
            end = span.end_column if number == span.end_line else len(line)
            self.lines[number] = f"{line[:start]}{'•' * (end - start)}{line[end:]}"

    def locate(self, diagnostic: Diagnostic) -> Located:
        """Return the diagnostic with its file, line and columns."""
        return self.at(diagnostic, self._find(diagnostic.path, on_key=diagnostic.on_key))

    def at(self, diagnostic: Diagnostic, span: Span) -> Located:
        """Return the diagnostic placed at a known stretch of the text."""
        last = len(self.lines) - 1
        if span.line > last:
            # An unfinished text ends behind its last line feed.
            span = Span(last, len(self.lines[last]), last, len(self.lines[last]) + 1)
        source = self.lines[span.line]
        one_line = span.end_line == span.line
        end = span.end_column if one_line else len(source.rstrip())
        return Located(
            diagnostic.code, diagnostic.severity, diagnostic.message, diagnostic.hint,
            tuple(map(self._note, diagnostic.notes)), self._file, span.line + 1, span.column + 1,
            span.line + 1, max(end, span.column + 1) + 1, path_text(diagnostic.path), source,
        )  # fmt: skip

    def _note(self, note: str | Mention) -> str:
        if isinstance(note, str):
            return note
        return f"{note.text} (line {self._find(note.path, on_key=True).line + 1})"

    def _find(self, path: Origin, *, on_key: bool) -> Span:
        for length in range(len(path), -1, -1):
            shorter = path[:length]
            found = (
                self._places.get((*self._prefix, *shorter)) if self._prefix and shorter else None
            )
            found = found or self._places.get(shorter)
            if found is not None and shorter:
                key, value = found
                # A collection is pointed at by its key: its own extent may be a hundred lines.
                several = value.end_line != value.line
                return key if on_key or several or length < len(path) else value
        return Span(0, 0, 0, len(self.lines[0]) if self.lines else 0)


def path_text(path: Origin) -> str:
    """Return a path as people write it: ``services.airflow.depends_on[0]``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


def unreadable(fault: Unreadable) -> Diagnostic:
    """Return the diagnostic for a text that could not be read."""
    return error(fault.code, fault.message, (), fault.hint)
