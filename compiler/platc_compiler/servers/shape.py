"""Whether a configuration has the shape that a server reads: its keys, its types, its values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from platc_compiler.diagnostics import Origin
from platc_compiler.diagnostics.did_you_mean import did_you_mean
from platc_compiler.servers.durations import go_duration
from platc_compiler.servers.fault import Fault, Rule
from platc_compiler.servers.scalars import SCALARS
from platc_compiler.servers.schema import OTHER_DISCOVERIES, Schema, resolved

_WHOLE = frozenset({"int", "int64", "uint", "uint64"})
_OR_TEXT = frozenset({"config.JiraFieldConfig"})
"""Structs that a single text may replace."""


class Judge(Struct, frozen=True):
    """Judges values by a schema and by rules for single structs."""

    schema: Schema
    rules: Mapping[str, Sequence[Rule]]
    """Of each struct: what holds between its keys."""
    exact: bool = True
    """Whether the server has the version of the schema. Another one may know other keys and
    values: only the types of the known keys are then judged."""

    def faults(self, value: object, kind: object, at: Origin) -> Iterator[Fault]:
        """Yield what the server refuses of a value; ``null`` is what it has by default."""
        kind = resolved(kind)
        if value is None or kind == "any":
            return
        if isinstance(kind, list):
            yield from self._of_list(value, kind[0], at)
        elif isinstance(kind, dict):
            yield from self._of_mapping(value, kind["*"], at)
        elif kind in self.schema.types and not (
            kind in _OR_TEXT and not isinstance(value, (Mapping, list))
        ):
            yield from self._of_struct(value, str(kind), at)
        else:
            yield from self._of_scalar(value, str(kind), at)

    def _of_list(self, value: object, kind: object, at: Origin) -> Iterator[Fault]:
        if not isinstance(value, list):
            yield Fault(at, f"{_key(at)} is a list, not {_shown(value)}", "write [ … ]")
            return
        for index, item in enumerate(value):
            if item is None:
                yield Fault((*at, index), f"an item of {_key(at)} is empty", "remove it")
            else:
                yield from self.faults(item, kind, (*at, index))

    def _of_mapping(self, value: object, kind: object, at: Origin) -> Iterator[Fault]:
        if not isinstance(value, Mapping):
            yield Fault(at, f"{_key(at)} is a mapping, not {_shown(value)}")
            return
        for key, item in value.items():
            yield from self.faults(item, kind, (*at, key))

    def _of_struct(self, value: object, kind: str, at: Origin) -> Iterator[Fault]:
        if not isinstance(value, Mapping):
            yield Fault(at, f"{_key(at)} is a mapping, not {_shown(value)}")
            return
        keys = self.schema.types[kind]
        found = False
        for key, item in value.items():
            following = keys.get(key, keys.get("*"))
            faults: Iterator[Fault]
            if following is not None:
                faults = self.faults(item, following, (*at, key))
            else:
                faults = self._of_unknown(key, keys, at)
            for fault in faults:
                found = True
                yield fault
        if not found and self.exact:
            for rule in self.rules.get(kind, ()):
                yield from rule(value, at)

    def _of_unknown(self, key: object, keys: Mapping[str, Any], at: Origin) -> Iterator[Fault]:
        if key in OTHER_DISCOVERIES and "static_configs" in keys:
            return
        if self.exact:
            message = f"{self.schema.title} has no '{key}' here"
            hint = did_you_mean(str(key), keys, "remove it")
            yield Fault((*at, key), message, hint, on_key=True)  # type: ignore[arg-type]

    def _of_scalar(self, value: object, kind: str, at: Origin) -> Iterator[Fault]:
        message, hint = _scalar(value, kind, exact=self.exact)
        if message:
            yield Fault(at, message, hint, secret="Secret" in kind)


def _scalar(value: object, kind: str, *, exact: bool) -> tuple[str, str]:
    if isinstance(value, (Mapping, list)):
        return f"this is a single value, not {_shown(value)}", ""
    if kind == "bool":
        right = isinstance(value, bool)
        return ("", "") if right else (f"this is true or false, not {_shown(value)}", "")
    if kind in _WHOLE or kind == "float64":
        return _number(value, kind)
    if kind == "time.Duration":
        return _length(value)
    check = SCALARS.get(kind)
    return check(text_of(value)) if check and exact else ("", "")


def _number(value: object, kind: str) -> tuple[str, str]:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        hint = "remove the quotes" if isinstance(value, str) and value.isdecimal() else ""
        return f"this is a number, not {_shown(value)}", hint
    if kind in _WHOLE:
        if isinstance(value, float) and not value.is_integer():
            return f"this is a whole number, not {value}", ""
        if not -(1 << 63) <= value < 1 << (64 if kind.startswith("u") else 63):
            return "this number is too large", ""
        if kind.startswith("u") and value < 0:
            return f"this is 0 or more, not {value}", ""
    return "", ""


def _length(value: object) -> tuple[str, str]:
    """Judge a ``time.Duration``: Go reads a number without a unit as nanoseconds."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return (f"{value} is a time in nanoseconds", f"write {value}s") if value else ("", "")
    if isinstance(value, str) and go_duration(value) is not None:
        return "", ""
    return f"{_shown(value)} is no duration", "write one such as 30s or 1m30s"


def text_of(value: object) -> str:
    """Return the text of a single value as YAML writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)


def _key(at: Origin) -> str:
    named = next((part for part in reversed(at) if isinstance(part, str)), "config")
    return f"'{named}'"


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    return repr(value) if isinstance(value, str) else text_of(value)
