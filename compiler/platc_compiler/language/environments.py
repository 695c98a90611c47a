"""Environments: merges over the platform as it stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from platc_compiler.merging import merge


class NoMapping(Exception):  # noqa: N818 - it is raised for a user's text, not for a bug
    """Where an environment should stand, there is no mapping; it holds the path and the value."""

    def __init__(self, path: tuple[str, ...], value: object) -> None:
        super().__init__(path)
        self.path, self.value = path, value


class Selected(Struct, frozen=True):
    """A platform as one of its environments has it, and what it was merged from."""

    data: dict[str, Any]
    base: Mapping[str, Any]
    """The platform without its environments."""
    over: Mapping[str, Any]
    """What the environment changes; empty without one."""


def select_environment(data: dict[str, Any], name: str | None) -> Selected:
    """Return the platform as the environment ``name`` has it.

    Raises:
        KeyError: there is no such environment; the argument is its name.
        NoMapping: what stands there is none.
    """
    if name is None:
        return Selected(data, data, {})
    environments = data.get("environments")
    if environments is not None and not isinstance(environments, Mapping):
        raise NoMapping(("environments",), environments)
    if environments is None or name not in environments:
        raise KeyError(name)
    over = {} if environments[name] is None else environments[name]
    if not isinstance(over, Mapping):
        raise NoMapping(("environments", name), over)
    base = {key: value for key, value in data.items() if key != "environments"}
    return Selected(merge(base, over), base, over)
