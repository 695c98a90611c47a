"""YAML as written: scalars stay strings, and every value has its line.

For files in which ``0123``, ``yes`` and ``1e3`` are strings, such as passwords. The parser, its
limits and its faults are those of ``load``.
"""

from __future__ import annotations

from typing import Any, TypeAlias

from msgspec import Struct
from yaml import events as ev

from platc_compiler.diagnostics import Span
from platc_compiler.source.load import (
    TEXT_TAGS,
    Reading,
    UnknownTag,
    Unreadable,
    build,
    span_of,
)

BINARY_TAG = "tag:yaml.org,2002:binary"
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


class Scalar(Struct, frozen=True):
    """A scalar as written.

    Attributes:
        text: what quotes and escapes stand for.
        line: counted from 1.
        binary: whether it is tagged ``!!binary``.
        quoted: whether it is quoted, a block, or tagged as text.
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
    """A mapping; its keys are text and keep their order.

    Attributes:
        entries: the values by key.
        line: of its beginning, counted from 1.
    """

    entries: dict[str, Node]
    line: int


class Sequence(Struct, frozen=True):
    """A list.

    Attributes:
        items: the values.
        line: of its beginning, counted from 1.
    """

    items: tuple[Node, ...]
    line: int


Node: TypeAlias = "Scalar | Mapping | Sequence"


def documents(text: str) -> tuple[Node, ...]:
    """Return the documents of a text, in order.

    Anchors, aliases, keys that stand twice and tags other than ``!!str`` and ``!!binary`` are
    refused.

    Raises:
        Unreadable: with the place. Only the message of ``UnknownTag`` and the hint of ``NotYaml``
            repeat what stands in the text.
    """
    builder = build(text.removeprefix("\ufeff"), reading=_AS_WRITTEN)
    for _, span in builder.duplicates:
        message = "a key stands twice in one mapping"
        raise Unreadable("PLT002", message, span, "keep one of the two")
    return tuple(builder.roots)


def _scalar(event: ev.ScalarEvent) -> Scalar:
    binary = event.tag == BINARY_TAG
    if not binary and event.tag not in TEXT_TAGS:
        raise UnknownTag("PLT001", f"the tag {event.tag} is not known here", span_of(event))
    quoted = event.style not in {None, ""} or event.tag is not None
    return Scalar(event.value, span_of(event).line + 1, binary, quoted and not binary)


def _collection(value: dict[str, Any] | list[Any], span: Span) -> Mapping | Sequence:
    line = span.line + 1
    return Mapping(value, line) if isinstance(value, dict) else Sequence(tuple(value), line)


_AS_WRITTEN = Reading(several=True, aliases=False, scalar=_scalar, collection=_collection)
