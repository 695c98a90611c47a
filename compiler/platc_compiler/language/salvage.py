"""What is left of a platform when its invalid parts are taken out.

A wrong key shall not hide an unknown service three lines below it. So what Pydantic refuses is
removed, and the rest is validated again, until it is a platform. The checks of single parts are
asked of it; what they say of a removed part, or of a name that may be declared in one, does not
count, because it may be untrue of the platform that was meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct
from pydantic import ValidationError

from platc_compiler.diagnostics import Diagnostic, Origin
from platc_compiler.language.paths import path_in, value_at
from platc_spec.platform import Spec
from platc_spec.service import Service

_MOST_ROUNDS = 12
"""Each round removes a part further out than the one before: paths are hardly deeper."""


class Salvaged(Struct, frozen=True):
    """A platform without its invalid parts."""

    spec: Spec
    removed: frozenset[Origin]
    """The paths of what was taken out."""
    names: frozenset[str]
    """All words that stand in what was taken out, and in the paths to it."""

    def holds(self, diagnostic: Diagnostic, data: Mapping[str, Any]) -> bool:
        """Return whether a diagnostic of ``spec`` is also true of the platform that was meant."""
        path = diagnostic.path
        for removed in self.removed:
            if path[: len(removed)] == removed or removed[: len(path)] == path:
                return False
            # What should have stood there is unknown: the rest of the entry may refer to it.
            if path[:2] == removed[:2] and not set(_words(value_at(removed, data))):
                return False
        said = {*_words(value_at(path, data)), *(step for step in path[-1:] if step in self.names)}
        return self.names.isdisjoint(said)


def salvage(data: Mapping[str, Any], kinds: Mapping[str, type[Service]]) -> Salvaged | None:
    """Return what is left of the data of a platform, ``None`` if that is no platform either."""
    rest: Any = data
    removed: set[Origin] = set()
    for _ in range(_MOST_ROUNDS):
        try:
            spec = Spec.model_validate(rest, context={"kinds": kinds})
        except ValidationError as fault:
            faulty = {
                _part(path_in(details, rest)[0])
                for details in fault.errors(include_url=False, include_input=False)
            }
            parts = {
                path if _there(path, rest) else path[:-1] for path in faulty - _STAND_INS.keys()
            }
            if () in parts or ("services",) in parts or ("namespaces",) in parts:
                return None
            removed |= parts | (faulty & _STAND_INS.keys())
            rest = _without(rest, parts)
            rest |= {path[0]: value for path, value in _STAND_INS.items() if path in removed}
        else:
            return Salvaged(spec, frozenset(removed), frozenset(_names(removed, data)))
    return None


_WORD = re.compile(r"[\w.-]+")
_STAND_INS: Mapping[Origin, Any] = {
    ("platform",): "platform",
    ("version",): 1,
    ("cluster",): {"nodes": {"main": {"memory": "8Gi", "cpu": 8}}},
}
"""What stands in for keys without which nothing is a platform; no check of a part reads them."""


def _part(path: Origin) -> Origin:
    """Return the part that is removed for a fault: a list goes as a whole, so that the items that
    follow keep their places.
    """
    return next((path[:n] for n, step in enumerate(path) if isinstance(step, int)), path)


def _there(path: Origin, data: Any) -> bool:  # noqa: ANN401
    above = value_at(path[:-1], data)
    return isinstance(above, Mapping) and path[-1] in above


def _without(data: Any, paths: Iterable[Origin]) -> Any:  # noqa: ANN401
    """Return a copy of the data without what stands at the paths, all of mappings."""
    here = {path[0] for path in paths if len(path) == 1}
    below: dict[str | int, list[Origin]] = {}
    for path in paths:
        if len(path) > 1 and path[0] not in here:
            below.setdefault(path[0], []).append(path[1:])
    return {
        key: _without(value, below[key]) if key in below else value
        for key, value in data.items()
        if key not in here
    }


def _names(paths: Iterable[Origin], data: Mapping[str, Any]) -> Iterator[str]:
    for path in paths:
        yield from (str(step) for step in path[1:])
        yield from _words(value_at(path, data))


def _words(value: object) -> Iterator[str]:
    """Yield every word in the keys and texts of a value."""
    stack = [value]
    while stack:
        part = stack.pop()
        if isinstance(part, Mapping):
            stack += part.keys()
            stack += part.values()
        elif isinstance(part, list):
            stack += part
        elif isinstance(part, str):
            yield from _WORD.findall(part)
