"""YAML as far as the files of sealing need it, with every surprise refused.

Scalars stay the text that was written: `0123`, `yes` and `1e3` are passwords like any other.
Anchors, aliases, merge keys, duplicate keys, deep nesting and binary are refused. No error
carries a piece of the text, since the text may hold secret values.
"""

from collections.abc import Iterator
from typing import TypeAlias

import yaml
from msgspec import Struct

from platc_compiler.seal.errors import SealError

try:
    from yaml import CBaseLoader as _Loader
except ImportError:  # PyYAML that was built without libyaml
    from yaml import BaseLoader as _Loader  # type: ignore[assignment]
from yaml.reader import Reader

_DEEPEST = 8
_STRING_TAGS = {None, "!", "tag:yaml.org,2002:str"}
BINARY_TAG = "tag:yaml.org,2002:binary"
_NULLS = {"", "~", "null", "Null", "NULL"}
_NOT_TEXT = Reader.NON_PRINTABLE
"""What YAML does not count as text, and half surrogate pairs, which no encoder takes."""


class Scalar(Struct, frozen=True):
    """A scalar as written.

    Attributes:
        text: after quoting and escapes.
        line: 1-based.
        binary: whether it is tagged `!!binary`.
        quoted: whether it was quoted or a block.
    """

    text: str
    line: int
    binary: bool = False
    quoted: bool = False

    @property
    def null(self) -> bool:
        """Whether YAML reads it as no value."""
        return not self.quoted and not self.binary and self.text in _NULLS


class Mapping(Struct, frozen=True):
    """A mapping; keys are text and keep their order."""

    entries: dict[str, "Node"]
    line: int


class Sequence(Struct, frozen=True):
    """A list."""

    items: tuple["Node", ...]
    line: int


Node: TypeAlias = Scalar | Mapping | Sequence
_Events: TypeAlias = Iterator[yaml.Event]


def documents(text: str, *, most_bytes: int) -> tuple[Node, ...]:
    """Read all documents of a text.

    Args:
        text: YAML, or JSON, which is YAML.
        most_bytes: the text may be no longer, in UTF-8.

    Raises:
        SealError: with the line, for what is not YAML or is refused here.
    """
    _check_text(text, most_bytes)
    # The error is raised outside of `except`, lest it drag along one that quotes the text.
    try:
        return tuple(_documents(yaml.parse(text, Loader=_Loader)))
    except yaml.MarkedYAMLError as error:
        line = 1 + error.problem_mark.line if error.problem_mark else 1
    except yaml.YAMLError:
        line = 1
    raise SealError("this is not valid YAML", "correct it at or just above that line", line=line)


def _check_text(text: str, most_bytes: int) -> None:
    strange = _NOT_TEXT.search(text)
    if strange is not None:
        line = 1 + text.count("\n", 0, strange.start())
        message = f"a character that is no text (U+{ord(strange[0]):04X}); is the file binary?"
        raise SealError(message, "remove it, or give bytes as: !!binary BASE64", line=line)
    size = len(text.encode())
    if size > most_bytes:
        message = f"{size} bytes are more than the {most_bytes} that are read"
        raise SealError(message, "is this the right file?")


def _documents(events: _Events) -> Iterator[Node]:
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            yield _node(next(events), events, _DEEPEST)


def _node(event: yaml.Event, events: _Events, depth: int) -> Node:
    line = 1 + event.start_mark.line if event.start_mark else 1
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
        raise SealError("anchors and aliases are not read here", "write the value out", line=line)
    if depth == 0:
        raise SealError("nested too deeply", f"at most {_DEEPEST} levels have a meaning", line=line)
    if isinstance(event, yaml.ScalarEvent):
        return _scalar(event, line)
    if getattr(event, "tag", None) not in {None, "!"}:
        raise _unknown_tag(line)
    if isinstance(event, yaml.SequenceStartEvent):
        return Sequence(tuple(_items(events, depth)), line)
    return Mapping(_entries(events, depth), line)


def _scalar(event: yaml.ScalarEvent, line: int) -> Scalar:
    binary = event.tag == BINARY_TAG
    if not binary and event.tag not in _STRING_TAGS:
        raise _unknown_tag(line)
    quoted = event.style not in {None, "", "plain"} or event.tag is not None
    return Scalar(event.value, line, binary, quoted and not binary)


def _items(events: _Events, depth: int) -> Iterator[Node]:
    for event in events:
        if isinstance(event, yaml.SequenceEndEvent):
            return
        yield _node(event, events, depth - 1)


def _entries(events: _Events, depth: int) -> dict[str, Node]:
    entries: dict[str, Node] = {}
    for event in events:
        if isinstance(event, yaml.MappingEndEvent):
            break
        key = _node(event, events, depth - 1)
        if not isinstance(key, Scalar) or key.binary:
            raise SealError("a key must be plain text", "write NAME: VALUE", line=key.line)
        if key.text in entries:
            message = "a key stands twice in one mapping"
            raise SealError(message, "keep one of the two", line=key.line)
        entries[key.text] = _node(next(events), events, depth - 1)
    return entries


def _unknown_tag(line: int) -> SealError:
    return SealError("an unknown YAML tag", "only !!str and !!binary are read", line=line)
