"""From data to YAML and JSON: the same bytes on every machine, with one meaning in YAML 1.1 and
1.2.

A string is plain only if no reader takes it for another type. A string of several lines is a
literal block, so that a configuration inside a ConfigMap can be read. All others have JSON's double
quotes. The order is that of the data: templates follow Kubernetes' convention.
"""

from __future__ import annotations

import json
import re
from functools import cache, lru_cache
from typing import Any

import msgspec

_PLAIN = re.compile(
    r"[A-Za-z_/][\w./@%+=,()~$^*;!?-]*(?:(?: |:)[\w./@%+=,()~$^*;!?{}\[\]\"'&|<>-]+)*", re.ASCII
)
_AMOUNT = re.compile(r"[1-9][0-9]*(?:ms|[smhdwykMGTP]|[KMGTP]i)")
"""Durations and quantities: they begin with a digit, and no reader takes them for a number."""
_WORDS = frozenset(
    "y n yes no on off true false null nil none inf nan".split()  # noqa: SIM905 - reads better
)
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f]")

_json_string = json.JSONEncoder(ensure_ascii=False).encode


def _is_plain(text: str) -> bool:
    if _PLAIN.fullmatch(text):
        return text.lower() not in _WORDS
    return _AMOUNT.fullmatch(text) is not None


@cache
def _unreadable() -> re.Pattern[str]:
    """Match characters that YAML does not allow in text; compiled for the first non-ASCII text."""
    return re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")


def one_line(value: Any) -> str:  # noqa: ANN401
    """Return plain data on one line, valid in JSON and YAML."""
    text = _json_string(value)
    if text.isascii() and "\x7f" not in text:
        return text
    return _unreadable().sub(lambda match: f"\\u{ord(match[0]):04x}", text)


@lru_cache(maxsize=4096)
def word(text: str) -> str:
    """Return a string as YAML on one line: plain if no reader takes it for another type."""
    return text if _is_plain(text) else one_line(text)


def scalar(value: object) -> str:
    """Return a scalar as YAML on one line.

    Raises:
        TypeError: the value is not a scalar that Kubernetes knows.
    """
    if isinstance(value, str):
        return word(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        number = json.dumps(value, allow_nan=False)
        # YAML 1.1 reads 1e-07 as a string: its numbers have a point.
        return number if "." in number else number.replace("e", ".0e")
    raise TypeError(f"{type(value).__name__} cannot be emitted")


_SAFE_WORD = re.compile(r"-{0,2}[A-Za-z/_][A-Za-z0-9_./=+-]*", re.ASCII)
"""A word that is a text wherever it stands, inside brackets too."""


def flow(value: Any) -> str:  # noqa: ANN401
    """Return a value as YAML on one line, which may stand inside a list or a mapping in brackets.

    >>> print(flow(["-b", "0.0.0.0:80", {"size": "1Gi"}]))
    [-b, "0.0.0.0:80", { size: 1Gi }]
    """
    if isinstance(value, dict):
        entries = ", ".join(f"{flow(str(key))}: {flow(item)}" for key, item in value.items())
        return f"{{ {entries} }}" if entries else "{}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(flow, value))}]"
    if not isinstance(value, str):
        return scalar(value)
    safe = _AMOUNT.fullmatch(value) or (_SAFE_WORD.fullmatch(value) and value.lower() not in _WORDS)
    return value if safe else one_line(value)


def _is_block(text: str) -> bool:
    """Return whether a text of several lines can be a literal block."""
    if " \n" in text or text.startswith((" ", "\n")) or text.endswith((" ", "\n\n")):
        return False
    # A printable character is never a control character; others need a closer look.
    if text.replace("\n", "").isprintable():
        return True
    return not _CONTROL.search(text) and (text.isascii() or not _unreadable().search(text))


def _write_block(lines: list[str], head: str, text: str, indent: str) -> None:
    lines.append(f"{head} |" if text.endswith("\n") else f"{head} |-")
    body = text.removesuffix("\n").split("\n")
    lines.extend(f"{indent}{line}" if line else "" for line in body)


def _write(lines: list[str], value: Any, indent: str, first: str) -> None:  # noqa: ANN401
    """Add a non-empty collection; ``first`` is the beginning of its first line."""
    deeper = f"{indent}  "
    if isinstance(value, dict):
        for key, item in value.items():
            _write_entry(lines, f"{first}{word(str(key))}:", item, indent, deeper)
            first = indent
        return
    for item in value:
        head = f"{first}-"
        if isinstance(item, (dict, list, tuple)) and item:
            _write(lines, item, deeper, f"{head} ")
        else:
            _write_entry(lines, head, item, indent, deeper)
        first = indent


def _write_entry(
    lines: list[str],
    head: str,
    item: Any,  # noqa: ANN401
    indent: str,
    deeper: str,
) -> None:
    if isinstance(item, str):
        if "\n" in item and _is_block(item):
            _write_block(lines, head, item, deeper)
        else:
            lines.append(f"{head} {word(item)}")
    elif isinstance(item, dict):
        if item:
            lines.append(head)
            _write(lines, item, deeper, deeper)
        else:
            lines.append(f"{head} {{}}")
    elif isinstance(item, (list, tuple)):
        if item:
            lines.append(head)
            _write(lines, item, indent, indent)
        else:
            lines.append(f"{head} []")
    else:
        lines.append(f"{head} {scalar(item)}")


def yaml_text(document: dict[str, Any] | list[Any], header: str = "") -> str:
    """Return one YAML document; ``header`` becomes comment lines before it."""
    comment = "".join(f"# {line}\n" if line else "#\n" for line in header.splitlines())
    if not document:
        return comment + ("{}\n" if isinstance(document, dict) else "[]\n")
    lines: list[str] = []
    _write(lines, document, "", "")
    return comment + "\n".join(lines) + "\n"


def json_text(document: Any) -> str:  # noqa: ANN401
    """Return indented JSON with a line feed at its end."""
    # Python's own indentation is ten times slower than writing without it and indenting the result.
    line = json.dumps(document, ensure_ascii=False, allow_nan=False)
    return msgspec.json.format(line, indent=2) + "\n"
