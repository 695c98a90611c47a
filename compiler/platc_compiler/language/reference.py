"""The keys of the language with type, default, example and meaning, from its JSON Schema.

``platc explain KEY`` shows one of them, and ``docs/reference`` all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from platc_compiler.source.emit import flow

Schema = Mapping[str, Any]
NAME = "NAME"
"""Stands in a path for a name that the user chooses."""


class Key(Struct, frozen=True):
    """One key of the language."""

    path: tuple[str, ...]
    """``services``, the kind, and so on; a name that the user chooses is ``NAME``."""
    type: str
    required: bool
    default: str
    """As YAML on one line; empty if there is none."""
    example: str
    """The key with a value, as YAML on one line."""
    meaning: str
    schema: Schema

    @property
    def text(self) -> str:
        """The path as people write it."""
        return ".".join(self.path)


class Unknown(Struct, frozen=True):
    """A step of a path that no key has."""

    step: str
    known: tuple[str, ...]


class Reference:
    """The whole language, by its JSON Schema."""

    def __init__(self, schema: Schema) -> None:
        self._root = schema
        self._definitions: Mapping[str, Schema] = schema["$defs"]

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of services."""
        return tuple(self._of_kinds())

    def _of_kinds(self) -> dict[str, Schema]:
        branches = self._definitions["Service"]["allOf"]
        return {
            branch["if"]["properties"]["kind"]["const"]: self._followed(branch["then"])
            for branch in branches
        }

    def top(self) -> tuple[Key, ...]:
        """Return the keys at the top of platform.yaml."""
        return self._keys((), self._root)

    def of_kind(self, kind: str) -> tuple[Key, ...]:
        """Return the keys of a service of a kind."""
        return self._keys(("services", kind), self._of_kinds()[kind])

    def below(self, key: Key) -> tuple[Key, ...]:
        """Return the keys of a key's value: of the mapping, or of each entry or item."""
        path, schema = key.path, key.schema
        if key.path == ("services",):
            return ()
        for inner in self._options(schema):
            if "properties" in inner:
                return self._keys(path, inner)
            entry = _entry(inner)
            if entry is not None:
                named = (*path, NAME) if "object" in _types(inner) else path
                found = self.below(Key(named, "", False, "", "", "", entry))  # noqa: FBT003
                if found:
                    return found
        return ()

    def every(self) -> Iterator[Key]:
        """Yield every key of the language, each before those below it."""
        for key in self.top():
            yield from self._with_all_below(key)
        for kind in self.kinds:
            for key in self.of_kind(kind):
                yield from self._with_all_below(key)

    def _with_all_below(self, key: Key) -> Iterator[Key]:
        yield key
        for inner in self.below(key):
            yield from self._with_all_below(inner)

    def find(self, text: str) -> Key | Unknown:
        """Return the key that a path names; names of the user's own may be left out.

        Args:
            text: such as ``cluster.nodes.main.memory``, or ``postgres.backup`` for a kind.
        """
        steps = [step for step in re.split(r"[.\[\]]+", text) if step]
        if steps[:1] and steps[0] in self.kinds:
            steps = ["services", *steps]
        found: Key | None = None
        for position, step in enumerate(steps):
            if position == 1 and steps[0] == "services":
                if step not in self.kinds:
                    return Unknown(step, self.kinds)
                found = self._of_itself(step)
                continue
            keys = self._inside(found)
            named = next((key for key in keys if key.path[-1] == step), None)
            if named is None and not (keys and _is_name(keys[0], found)):
                return Unknown(step, tuple(key.path[-1] for key in keys))
            found = named or found
        return found or Unknown(text, tuple(key.path[-1] for key in self.top()))

    def _inside(self, key: Key | None) -> tuple[Key, ...]:
        if key is None:
            return self.top()
        return self.of_kind(key.path[1]) if _is_kind(key) else self.below(key)

    def _of_itself(self, kind: str) -> Key:
        """Return the entry of a service of a kind."""
        example = self._mapping(self._of_kinds()[kind], 0)
        path = ("services", kind)
        return Key(path, f"a service of kind {kind}", False, "", f"NAME: {flow(example)}",  # noqa: FBT003
                   self.title(kind), {})  # fmt: skip

    def keys_of(self, key: Key) -> tuple[Key, ...]:
        """Return the keys of a key's value; of ``services``, none."""
        return self._inside(key)

    def title(self, kind: str) -> str:
        """Return what a kind is."""
        return _plain(str(self._of_kinds()[kind].get("description", "")))

    def _keys(self, path: tuple[str, ...], schema: Schema) -> tuple[Key, ...]:
        required = schema.get("required", ())
        return tuple(
            self._key((*path, name), inner, required=name in required)
            for name, inner in schema["properties"].items()
        )

    def _key(self, path: tuple[str, ...], schema: Schema, *, required: bool) -> Key:
        default = "" if required or schema.get("default") is None else flow(schema["default"])
        example = {path[-1]: self._example(schema, 0)}
        return Key(
            path, self._type(schema), required, default,
            flow(example)[2:-2], _plain(str(schema.get("description", ""))), schema,
        )  # fmt: skip

    def _followed(self, schema: Schema) -> Schema:
        reference = str(schema.get("$ref", ""))
        if not reference:
            return schema
        target = self._definitions[reference.rpartition("/")[2]]
        return {**target, **{key: value for key, value in schema.items() if key != "$ref"}}

    def _options(self, schema: Schema) -> list[Schema]:
        """Return the forms that a value may have, nothing (``null``) left out."""
        followed = self._followed(schema)
        if "anyOf" in followed:
            return [each for option in followed["anyOf"] for each in self._options(option)]
        return [] if followed.get("type") == "null" else [followed]

    def _type(self, schema: Schema) -> str:
        return " or ".join(dict.fromkeys(map(self._type_of, self._options(schema)))) or "anything"

    def _type_of(self, schema: Schema) -> str:
        if "x-type" in schema or "const" in schema:
            return str(schema["x-type"]) if "x-type" in schema else flow(schema["const"])
        if "enum" in schema:
            return "one of " + ", ".join(map(flow, schema["enum"]))
        kinds = _types(schema)
        if "array" in kinds:
            return f"list of: {self._type(schema.get('items') or _first(schema))}"
        if "object" in kinds:
            entry = None if "properties" in schema else _entry(schema)
            return f"mapping of names to: {self._type(entry)}" if entry is not None else "mapping"
        told = "text" if "string" in kinds else _WORDS.get("".join(kinds), "anything")
        return told + _bounds(schema)

    def _example(self, schema: Schema, depth: int) -> Any:  # noqa: ANN401
        """Return a value: an example of the models, the default, or the simplest of its type."""
        options = self._options(schema)
        given = next((o["examples"][0] for o in (schema, *options) if o.get("examples")), None)
        if given is not None:
            return given
        default = schema.get("default")
        if default not in (None, {}, [], ""):
            return default
        return self._simplest(options[0], depth) if options else {}

    def _simplest(self, schema: Schema, depth: int) -> Any:  # noqa: ANN401
        if "const" in schema or "enum" in schema:
            return schema.get("const", [*schema.get("enum", ()), None][0])
        kinds = _types(schema)
        if "array" in kinds:
            return [self._example(schema.get("items") or _first(schema), depth + 1)]
        if "object" in kinds:
            return self._mapping(schema, depth)
        if "string" in kinds:
            return "…"
        return schema.get("minimum", 1) if "boolean" not in kinds else True

    def _mapping(self, schema: Schema, depth: int) -> dict[str, Any]:
        """Return a mapping with what is required in it; further inside, nothing more."""
        if "properties" in schema:
            wanted = schema.get("required") or list(schema["properties"])[:1]
            inner = schema["properties"]
            return {k: self._example(inner[k], depth + 1) for k in wanted} if depth < _DEEP else {}
        entry = _entry(schema)
        return {NAME: self._example(entry, depth + 1)} if entry is not None else {NAME: "…"}


_DEEP = 4
"""So many levels of what is required are shown in an example."""
_WORDS = {"integer": "whole number", "number": "number", "boolean": "true or false"}


def _is_kind(key: Key) -> bool:
    return len(key.path) == 2 and key.path[0] == "services"  # noqa: PLR2004 - services, KIND


def _is_name(first: Key, above: Key | None) -> bool:
    """Return whether a name of the user's own, or a position, may stand before a key."""
    return above is not None and (
        NAME in first.path[len(above.path) :] or above.type.startswith("list")
    )


def _types(schema: Schema) -> list[str]:
    stated = schema.get("type", [])
    return stated if isinstance(stated, list) else [stated]


def _entry(schema: Schema) -> Schema | None:
    """Return the schema of a mapping's values or a list's items, ``None`` for anything."""
    found = schema.get("additionalProperties")
    if not isinstance(found, Mapping):
        patterns = schema.get("patternProperties") or {}
        found = next(iter(patterns.values()), None) or schema.get("items")
    return found if isinstance(found, Mapping) else None


def _first(schema: Schema) -> Schema:
    items = schema.get("prefixItems") or [{}]
    first: Schema = items[0]
    return first


def _bounds(schema: Schema) -> str:
    least, most = schema.get("minimum"), schema.get("maximum")
    if least is not None and most is not None:
        return f", {least} to {most}"
    if least is not None:
        return f", {least} at least"
    return f", {most} at most" if most is not None else ""


def _plain(text: str) -> str:
    """Return a docstring on one line, its literals in single backticks."""
    return " ".join(text.replace("``", "`").split())
