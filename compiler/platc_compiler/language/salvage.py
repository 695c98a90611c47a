"""The valid rest of a platform, without its invalid parts.

A wrong key must not hide an unknown service three lines below it. So the parts that Pydantic
refuses are removed, and the rest is validated again, until it is a valid platform. The checks of
single parts run on this rest. A diagnostic about a removed part, or about a name that a removed
part may declare, is dropped: it may be wrong for the platform that the user meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, get_origin

from msgspec import Struct
from pydantic import BaseModel, ValidationError

from platc_compiler.diagnostics import Diagnostic, Origin
from platc_compiler.language.models_at import field_at, models_at, options
from platc_compiler.language.paths import path_in, value_at
from platc_spec.platform import Spec
from platc_spec.service import Service

_MOST_ROUNDS = 12
"""Each round removes a part nearer to the root than the round before; paths are rarely deeper."""


class Salvaged(Struct, frozen=True):
    """A platform without its invalid parts."""

    spec: Spec
    removed: frozenset[Origin]
    """The paths of the removed parts."""
    names: frozenset[str]
    """The names that the removed parts may declare, and those of the entries that lack them."""

    above: frozenset[Origin]
    """The removed parts, and all that they stand in."""
    uncertain: frozenset[Origin]
    """The entries, such as one service, of which a collection is unknown."""

    def holds(self, diagnostic: Diagnostic, data: Mapping[str, Any]) -> bool:
        """Return whether a diagnostic of ``spec`` is also true of the intended platform."""
        path = diagnostic.path
        inside = any(path[:length] in self.removed for length in range(len(path) + 1))
        # An intended value may be unknown: the rest of the entry may refer to it.
        if inside or path in self.above or path[:2] in self.uncertain:
            return False
        said = set(_words(value_at(path, data)))
        if diagnostic.on_key:
            said |= {str(step) for step in path[-1:]}
        return self.names.isdisjoint(said)


def salvage(data: Mapping[str, Any], kinds: Mapping[str, type[Service]]) -> Salvaged | None:
    """Return the valid rest of a platform's data, ``None`` if it is not a platform."""
    rest: Any = data
    removed: set[Origin] = set()
    emptied: set[Origin] = set()
    for _ in range(_MOST_ROUNDS):
        try:
            spec = Spec.model_validate(rest, context={"kinds": kinds})
        except ValidationError as fault:
            if fault.error_count() > _MOST_ERRORS:
                return None
            findings = [
                (_part(path_in(details, rest)[0]), details["type"])
                for details in fault.errors(include_url=False, include_input=False)
            ]
            faulty = {path for path, _ in findings}
            emptied |= faulty - {path for path, kind in findings if kind not in _COLLECTIONS}
            parts = {
                path if _there(path, rest) else path[:-1] for path in faulty - _STAND_INS.keys()
            }
            if () in parts or ("services",) in parts or ("namespaces",) in parts:
                return None
            removed |= parts | (faulty & _STAND_INS.keys())
            spaces = [path[1] for path in parts if len(path) == 2 and path[0] == "namespaces"]  # noqa: PLR2004
            rest = _without(rest, parts)
            rest |= {path[0]: value for path, value in _STAND_INS.items() if path in removed}
            if spaces:
                # A namespace needs nothing but its name.
                rest["namespaces"] |= dict.fromkeys(spaces)
        else:
            telling = {path for path in removed if _declares(path, data, kinds)}
            names = frozenset(_names(telling, data))
            above = frozenset(part[:n] for part in removed for n in range(len(part) + 1))
            uncertain = frozenset(part[:2] for part in emptied & telling)
            return Salvaged(spec, frozenset(removed), names, above, uncertain)
    return None


_MOST_ERRORS = 10_000
"""Errors of Pydantic beyond which the rest is not worth the time that each of them takes."""
_COLLECTIONS = frozenset({"dict_type", "list_type", "model_type", "tuple_type"})
"""Pydantic's types of errors for a value that is no collection."""
_WORD = re.compile(r"[\w.-]+")
_STAND_INS: Mapping[Origin, Any] = {
    ("platform",): "platform",
    ("version",): 1,
    ("cluster",): {"nodes": {"main": {"memory": "8Gi", "cpu": 8}}},
}
"""Values of keys that every platform must have; no check of a part reads them."""


def _part(path: Origin) -> Origin:
    """Return the part to remove for a fault.

    A list is removed as a whole, so that the items after the fault keep their positions.
    """
    return next((path[:n] for n, step in enumerate(path) if isinstance(step, int)), path)


def _there(path: Origin, data: Any) -> bool:  # noqa: ANN401
    above = value_at(path[:-1], data)
    return isinstance(above, Mapping) and path[-1] in above


def _without(data: Any, paths: Iterable[Origin]) -> Any:  # noqa: ANN401
    """Return a copy of the data without the values at the paths, all below mappings."""
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


_ENTRY = 2
"""The length of a path such as ``services.web``."""
_NAMELESS = frozenset(
    {"after", "args", "command", "config", "depends_on", "env", "files", "labels", "node_selector"}
    | {"panels", "probes", "resources", "secret_files", "volumes"}
)
"""Collections to whose entries nothing refers by name."""


def _declares(path: Origin, data: Mapping[str, Any], kinds: Mapping[str, type[Service]]) -> bool:
    """Return whether a removed part may declare names: an entry of the user's, or many."""
    field = field_at(path, data, kinds)
    if field is None:
        # A key that no model has may be a misspelt one of a collection.
        misspelt = bool(models_at(path[:-1], data, kinds))
        return not misspelt or isinstance(value_at(path, data), (Mapping, list))
    return path[-1] not in _NAMELESS and any(map(_is_collection, options(field)))


def _is_collection(annotation: Any) -> bool:  # noqa: ANN401
    return get_origin(annotation) in {dict, list, tuple} or (
        isinstance(annotation, type) and issubclass(annotation, BaseModel)
    )


def _names(paths: Iterable[Origin], data: Mapping[str, Any]) -> Iterator[str]:
    for path in paths:
        yield from (str(step) for step in path[1:])
        value = value_at(path, data)
        if len(path) == _ENTRY and isinstance(value, Mapping):
            # The keys of an entry are words of the language, not names.
            value = [item for item in value.values() if not isinstance(item, str)]
        yield from _WORD.findall(value) if isinstance(value, str) else _declared(value)


def _declared(value: object) -> Iterator[str]:
    """Yield the words of a value that may be declared names: keys, and texts in lists."""
    stack = [value]
    while stack:
        part = stack.pop()
        if isinstance(part, Mapping):
            stack += [item for item in part.values() if not isinstance(item, str)]
            yield from (word for key in part for word in _WORD.findall(str(key)))
        elif isinstance(part, list):
            stack += [item for item in part if not isinstance(item, str)]
            yield from (
                word for item in part if isinstance(item, str) for word in _WORD.findall(item)
            )


def _words(value: object) -> Iterator[str]:
    """Yield every word of the keys and strings of a value."""
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
