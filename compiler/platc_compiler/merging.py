"""Merging of plain data: RFC 7386, and the merge of a user's configuration over a generated one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_NAMES: Mapping[str, str] = {"scrape_configs": "job_name", "remote_write": "name"}
"""Lists whose items have a name: an item with a known name is merged, another is added."""
_ADDED = frozenset({"rule_files", "alertmanagers"})
"""Lists of Prometheus that lose nothing: the user's items are added."""


def merge(base: Any, over: Any) -> Any:  # noqa: ANN401
    """Return ``base`` after the JSON merge patch ``over`` (RFC 7386)."""
    if not isinstance(over, Mapping):
        return over
    result = dict(base) if isinstance(base, Mapping) else {}
    for key, value in over.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merge(result.get(key), value)
    return result


def overlay(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``base`` with ``over`` merged in, as RFC 7386: ``null`` removes a key, and a list
    replaces a list. Lists of named items are merged item by item, and some are only added to.
    """
    merged = dict(base)
    for key, value in over.items():
        before = merged.get(key)
        if value is None:
            merged.pop(key, None)
        elif isinstance(value, Mapping) and isinstance(before, Mapping):
            merged[key] = overlay(before, value)
        elif key in _NAMES and isinstance(value, list) and isinstance(before, list):
            merged[key] = _by_name(before, value, _NAMES[key])
        elif key in _ADDED and isinstance(value, list) and isinstance(before, list):
            merged[key] = [*before, *value]
        else:
            merged[key] = value
    return merged


def _by_name(base: list[Any], over: list[Any], name: str) -> list[Any]:
    merged, places = list(base), {item[name]: place for place, item in enumerate(base)}
    for item in over:
        called = item.get(name) if isinstance(item, Mapping) else None
        place = places.get(called) if isinstance(called, str) else None
        if place is None:
            merged.append(item)
        else:
            merged[place] = overlay(merged[place], item)
    return merged
