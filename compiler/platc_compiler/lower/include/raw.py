"""Values in objects that somebody else wrote: what has another type than expected is missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Raw = Mapping[str, Any]


def mapping(value: object, *keys: str) -> Raw:
    """Return the mapping at a path of keys, an empty one if there is none."""
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def mappings(value: object, key: str) -> list[Raw]:
    """Return the mappings of the list below a key."""
    found = value.get(key) if isinstance(value, Mapping) else None
    return [each for each in found if isinstance(each, Mapping)] if isinstance(found, list) else []


def text(value: object, key: str) -> str:
    """Return the text below a key, empty if there is none."""
    found = value.get(key) if isinstance(value, Mapping) else None
    return found if isinstance(found, str) else ""


def number(value: object, key: str, default: int) -> int:
    """Return the whole number below a key."""
    found = value.get(key) if isinstance(value, Mapping) else None
    return found if isinstance(found, int) and not isinstance(found, bool) else default
