"""A program whose own settings stand under ``config:``, and what its module knows of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal

from msgspec import Struct

from platc_compiler.diagnostics import Hint, Origin
from platc_compiler.settings.catalogue import Catalogue, Setting, catalogue


class Stated(Struct, frozen=True):
    """A setting that platform.yaml states."""

    name: str
    """As the catalogue writes it; a section and an option have a dot between them."""
    value: Any
    place: Origin


class Decided(Struct, frozen=True):
    """A setting that platc decides itself."""

    instead: str
    """What to write in platform.yaml instead, or why nothing can be."""
    same: tuple[Any, ...] = ()
    """Values that say the same as platc: they may stand there."""
    when: Callable[[Any], bool] = lambda _service: True
    """Whether platc decides it for this service."""


Weight = Literal["error", "warning"]


class Verdict(Struct, frozen=True):
    """Why a program does not have a setting."""

    message: str
    hint: Hint | str
    severity: Weight = "error"


class Program(Struct, frozen=True, kw_only=True):
    """What is known of a program."""

    title: str
    version: Callable[[Any, Mapping[str, Any]], str]
    """Takes a service and all services; returns the version whose settings count."""
    stated: Callable[[str, Any], Iterator[Stated]]
    """Takes the name of a service and the service."""
    decided: Mapping[str, Decided]
    """By the setting's name in lower case."""
    data: str = ""
    """The name of its catalogue, empty where there is none."""
    unknown: Callable[[Catalogue, tuple[int, ...], Stated, str], Verdict | None] | None = None
    """Takes the catalogue, the releases that count, a setting that none of them has, and the
    version; returns ``None`` if the program takes it, or if that is not known."""
    judge: Callable[[Setting, Any], str] = lambda _setting, _value: ""
    """Takes what a release says of a setting and its value; returns why the program refuses it."""
    exact: bool = False
    """Whether capital letters of a setting's name count."""
    strict: bool = True
    """Whether the program refuses to start with a wrong value."""

    @property
    def catalogue(self) -> Catalogue | None:
        """Its catalogue; it is read at the first use."""
        return catalogue(self.data) if self.data else None


def flat(
    config: Mapping[str, Any], place: Origin, prefix: str = "", *, deep: bool = True
) -> Iterator[Stated]:
    """Yield settings with the keys of nested mappings joined by dots."""
    for key, value in config.items():
        if isinstance(value, Mapping) and deep:
            yield from flat(value, (*place, key), f"{prefix}{key}.")
        else:
            yield Stated(f"{prefix}{key}", value, (*place, key))


def from_environment(
    env: Mapping[str, Any], place: Origin, prefix: str, between: str
) -> Iterator[Stated]:
    """Yield the settings that variables of a program's environment state.

    Args:
        env: the variables.
        place: where they stand in platform.yaml.
        prefix: what the names of such variables begin with.
        between: what stands between a section and an option.
    """
    for name, value in env.items():
        section, found, option = name.removeprefix(prefix).partition(between)
        if name.startswith(prefix) and found:
            yield Stated(f"{section.lower()}.{option.lower()}", value, (*place, name))
