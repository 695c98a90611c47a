"""Paths into plain data, and the paths of Pydantic's errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic_core import ErrorDetails

from platc_compiler.diagnostics import Origin


def path_in(details: ErrorDetails, data: Any) -> tuple[Origin, bool]:  # noqa: ANN401
    """Return the path of an error, and whether the key itself is wrong.

    Pydantic's own names of union members are left out. ``[key]`` at the end of its path means that
    the key is wrong.
    """
    path: list[int | str] = []
    node = data
    on_key = False
    for part in details["loc"]:
        if part == "[key]":
            on_key = True
        elif has(node, part):
            path.append(part)
            node = node[part]
    if details["type"] == "missing":
        path.append(details["loc"][-1])
    return tuple(path), on_key


def has(node: Any, part: int | str) -> bool:  # noqa: ANN401
    """Return whether a mapping or a list has a part."""
    if isinstance(node, Mapping):
        return part in node
    return isinstance(node, list) and isinstance(part, int) and part < len(node)


def has_path(path: Origin, data: Any) -> bool:  # noqa: ANN401
    """Return whether the data have a value at a path."""
    for part in path:
        if not has(data, part):
            return False
        data = data[part]
    return True


def value_at(path: Origin, data: Any) -> Any:  # noqa: ANN401
    """Return the value at a path, ``None`` if there is none."""
    node = data
    for part in path:
        if not has(node, part):
            return None
        node = node[part]
    return node


def mapping_at(path: Origin, data: Any) -> Mapping[str, Any]:  # noqa: ANN401
    """Return the mapping at a path, an empty one if there is none."""
    value = value_at(path, data)
    return value if isinstance(value, Mapping) else {}
