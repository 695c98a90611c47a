"""Pydantic's findings in the language's own words: what is wanted, and what to write instead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from platc_compiler.nearest import did_you_mean

_WANTED = {
    "bool_parsing": "true or false",
    "bool_type": "true or false",
    "date_from_datetime_parsing": "a date such as 2024-01-31",
    "date_type": "a date such as 2024-01-31",
    "dict_type": "a mapping",
    "float_parsing": "a number",
    "float_type": "a number",
    "int_from_float": "a whole number",
    "int_parsing": "a whole number",
    "int_parsing_size": "a whole number",
    "int_type": "a whole number",
    "list_type": "a list",
    "model_type": "a mapping",
    "string_type": "a text",
    "time_delta_type": "a time such as 5m",
    "tuple_type": "a list",
}
"""What a value of another type should have been, by Pydantic's type of error."""

_LONGEST = 60


def is_mismatch(kind: str) -> bool:
    """Return whether a finding says no more than that the value is of another type."""
    return kind in _WANTED


def mismatch(kinds: list[str], value: object) -> tuple[str, str]:
    """Return message and hint for a value that is of none of the wanted types."""
    wanted = list(dict.fromkeys(_WANTED[kind] for kind in kinds))
    if wanted == ["a text"] and isinstance(value, (bool, int, float)):
        return f"this should be a text, not {shown(value)}", "put it in quotes"
    hint = ""
    if "a list" in wanted and isinstance(value, (str, int, float)) and not isinstance(value, bool):
        hint = f"write a list: [{shown(value, quoted=False)}]"
    return f"this should be {' or '.join(wanted)}, not {shown(value)}", hint


def sentence(kind: str, message: str, context: Mapping[str, Any], value: object) -> tuple[str, str]:
    """Return message and hint for any other finding."""
    if kind in {"literal_error", "enum"}:
        return _choice(str(context.get("expected", "")), value)
    if kind == "string_pattern_mismatch":
        pattern = str(context["pattern"])
        hint = _FORMS.get(pattern, f"it matches {pattern}")
        return f"{shown(value)} is not of the form that is wanted", hint
    if kind == "too_short":
        return "this must not be empty", ""
    if kind in _LIMITS:
        words, name = _LIMITS[kind]
        return f"{shown(value)} is out of range: it is {words} {context[name]}", ""
    return _plain(message), ""


_FORMS = {
    r"^/[^:\x00-\x1f]+$": "write an absolute path, without a colon",
    r"^[#@].+$": "write a channel such as #alerts, in quotes",
    r"^[^@\s]+@[^@\s]+$": "write an address such as team@example.com",
    r"^1\.\d{2}$": 'write a minor version such as "1.37"',
    r"^\d{1,2}(\.\d{1,4})?%$": "write a share such as 99.9%",
    r"^[A-Za-z_][\w.]*:[A-Za-z_]\w*$": "write package.module:function",
    r"^[0-9A-Za-z][0-9A-Za-z._+-]*$": "write a version such as 3.3.2",
    r"^[a-z][-a-z0-9]*/[A-Za-z_][A-Za-z0-9_]*$": "write service/database",
    r"^[A-Za-z0-9]([-A-Za-z0-9]{0,61}[A-Za-z0-9])?"
    r"(\.[A-Za-z0-9]([-A-Za-z0-9]{0,61}[A-Za-z0-9])?)*$": "write a name such as db.example.com",
    r"^https?://": "begin with http:// or https://",
}
"""What to write instead, by the pattern of the language's models."""

_LIMITS = {
    "greater_than": ("more than", "gt"),
    "greater_than_equal": ("at least", "ge"),
    "less_than": ("less than", "lt"),
    "less_than_equal": ("at most", "le"),
}


def _choice(expected: str, value: object) -> tuple[str, str]:
    choices = [part.strip("' ") for part in expected.replace(" or ", ", ").split(",")]
    written = ", ".join(choices)
    if len(choices) == 1:
        return f"{shown(value)} is not allowed here", f"write {written}"
    return f"{shown(value)} is not one of {written}", did_you_mean(str(value), choices, "write one")


def _plain(message: str) -> str:
    text = message.removeprefix("Value error, ")
    text = text[:1].lower() + text[1:]
    return text.replace("input should be", "this should be").replace("string", "text")


def shown(value: object, *, quoted: bool = True) -> str:
    """Return a value as a message names it."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, (list, tuple)):
        return "a list"
    text = repr(value) if isinstance(value, str) and quoted else str(value)
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
