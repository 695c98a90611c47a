"""A fault of a server's configuration."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from msgspec import Struct

from platc_compiler.diagnostics import Hint, Origin


class Fault(Struct, frozen=True):
    """What a server refuses, and where it stands below the configuration."""

    path: Origin
    message: str
    hint: Hint | str = ""
    on_key: bool = False
    """Whether the key is at fault and not its value."""
    secret: bool = False
    """Whether the value is a credential, which no message shows."""


Rule: TypeAlias = Callable[[Mapping[str, Any], Origin], Iterator[Fault]]
"""Judges the keys of one struct; the path is that of the struct."""


def is_set(value: object) -> bool:
    """Return whether Go reads a value as more than the empty one: ``null`` and ``""`` are empty."""
    return value is not None and value != ""


def stated(value: Mapping[str, Any], *keys: str) -> list[str]:
    """Return those of the keys that have a value."""
    return [key for key in keys if is_set(value.get(key))]


def needs(*keys: str) -> Rule:
    """Return the rule that at least one of the keys has a value."""

    def rule(value: Mapping[str, Any], at: Origin) -> Iterator[Fault]:
        if not stated(value, *keys):
            hint = f"add {keys[-1]}:"
            yield Fault(at, f"{' or '.join(map(repr, keys))} is missing here", hint)

    return rule


def at_most_one(*keys: str) -> Rule:
    """Return the rule that no two of the keys have a value."""

    def rule(value: Mapping[str, Any], at: Origin) -> Iterator[Fault]:
        found = stated(value, *keys)
        if len(found) > 1:
            message = f"{' and '.join(map(repr, found))} exclude each other"
            yield Fault((*at, found[0]), message, f"remove '{found[0]}'", on_key=True)

    return rule


def one_of(*keys: str) -> Rule:
    """Return the rule that exactly one of the keys has a value."""
    least, most = needs(*keys), at_most_one(*keys)

    def rule(value: Mapping[str, Any], at: Origin) -> Iterator[Fault]:
        yield from least(value, at)
        yield from most(value, at)

    return rule


def among(key: str, *choices: str) -> Rule:
    """Return the rule that a key that is set has one of some values."""

    def rule(value: Mapping[str, Any], at: Origin) -> Iterator[Fault]:
        if is_set(value.get(key)) and str(value[key]) not in choices:
            message = f"'{value[key]}' is not one of {', '.join(choices)}"
            yield Fault((*at, key), message, "write one of them")

    return rule


def entries(value: Mapping[str, Any], key: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Yield the mappings of a list below a key, with their numbers."""
    found = value.get(key)
    for index, item in enumerate(found if isinstance(found, list) else ()):
        if isinstance(item, Mapping):
            yield index, item
