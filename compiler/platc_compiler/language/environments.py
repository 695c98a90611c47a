"""Environments: each is merged over the base platform."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from platc_compiler.merging import merge


class NoMapping(Exception):  # noqa: N818 - it is raised for a user's text, not for a bug
    """The value of an environment is not a mapping; the exception holds its path and the value."""

    def __init__(self, path: tuple[str, ...], value: object) -> None:
        super().__init__(path)
        self.path, self.value = path, value


class Selected(Struct, frozen=True):
    """A platform in one of its environments, and the data that were merged."""

    data: dict[str, Any]
    base: Mapping[str, Any]
    """The platform without its environments."""
    over: Mapping[str, Any]
    """The changes of the environment; empty without one."""


def select_environment(data: dict[str, Any], name: str | None) -> Selected:
    """Return the platform in the environment ``name``.

    Raises:
        KeyError: there is no such environment; the argument is its name.
        NoMapping: the value of the environment is not a mapping.
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
