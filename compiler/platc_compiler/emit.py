"""Data to YAML and JSON: the same bytes on every machine, read alike by YAML 1.1 and 1.2.

A string stands plain only where no reader takes it for anything else; several lines stand as a
literal block, so that a configuration inside a ConfigMap can be read; all else is JSON's double
quotes. Order is the order of the data: templates hold Kubernetes' convention.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_PLAIN = re.compile(
    r"[A-Za-z_/][\w./@%+=,()~$^*;!?-]*(?:(?: |:)[\w./@%+=,()~$^*;!?{}\[\]\"'&|<>-]+)*", re.ASCII
)
_AMOUNT = re.compile(r"[1-9][0-9]*(?:ms|[smhdwykMGTP]|[KMGTP]i)")
"""Durations and quantities: a digit begins them, and no reader takes them for a number."""
_WORDS = frozenset(
    "y n yes no on off true false null nil none inf nan".split()  # noqa: SIM905 - reads better
)
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
_UNPRINTABLE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]"
)
_AWKWARD = re.compile(r"[ ]+(?:\n|$)|\A[ \n]|\n\n\Z")


def quote(text: str) -> str:
    """Return a string in double quotes, as JSON and YAML both read it."""
    quoted = json.dumps(text, ensure_ascii=False)
    return _ESCAPED.sub(lambda match: f"\\u{ord(match[0]):04x}", quoted)


def scalar(value: object) -> str:
    """Return a scalar as YAML on one line.

    Raises:
        TypeError: the value is no scalar that Kubernetes knows.
    """
    if isinstance(value, str):
        plain = _AMOUNT.fullmatch(value) or (
            _PLAIN.fullmatch(value) and value.lower() not in _WORDS
        )
        return value if plain else quote(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return json.dumps(value, allow_nan=False)
    raise TypeError(f"{type(value).__name__} cannot be emitted")


def _is_block(value: object) -> bool:
    return (
        isinstance(value, str)
        and "\n" in value
        and not _UNPRINTABLE.search(value)
        and not _AWKWARD.search(value)
    )


def _block(text: str, indent: str) -> Iterator[str]:
    body = text.removesuffix("\n")
    yield "|" if text.endswith("\n") else "|-"
    for line in body.split("\n"):
        yield f"{indent}{line}" if line else ""


def _lines(value: Any, indent: str) -> Iterator[str]:  # noqa: ANN401
    """Yield the lines of a collection; the first has no indent of its own."""
    pad = ""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _entry(f"{pad}{scalar(str(key))}:", item, indent, is_item=False)
            pad = indent
    else:
        for item in value:
            yield from _entry(f"{pad}-", item, indent, is_item=True)
            pad = indent


def _entry(head: str, item: Any, indent: str, *, is_item: bool) -> Iterator[str]:  # noqa: ANN401
    deeper = f"{indent}  "
    if isinstance(item, str):
        if _is_block(item):
            lines = _block(item, deeper)
            yield f"{head} {next(lines)}"
            yield from lines
        else:
            yield f"{head} {scalar(item)}"
    elif isinstance(item, (Mapping, Sequence)):
        if not item:
            yield f"{head} {'{}' if isinstance(item, Mapping) else '[]'}"
        elif is_item:
            lines = _lines(item, deeper)
            yield f"{head} {next(lines)}"
            yield from lines
        else:
            inner = deeper if isinstance(item, Mapping) else indent
            yield head
            lines = _lines(item, inner)
            yield f"{inner}{next(lines)}"
            yield from lines
    else:
        yield f"{head} {scalar(item)}"


def yaml_text(document: Mapping[str, Any] | Sequence[Any], header: str = "") -> str:
    """Return one YAML document; ``header`` becomes comment lines before it."""
    comment = "".join(f"# {line}\n" if line else "#\n" for line in header.splitlines())
    if not document:
        return comment + ("{}\n" if isinstance(document, Mapping) else "[]\n")
    return comment + "\n".join(_lines(document, "")) + "\n"


def json_text(document: Any) -> str:  # noqa: ANN401
    """Return indented JSON with a line feed at its end."""
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
