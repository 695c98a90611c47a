"""Environments: merges over the platform as it stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


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
