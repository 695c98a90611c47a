"""What a JSON Schema validator found, said for people."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from jsonschema_rs import ValidationError, ValidationErrorKind

if TYPE_CHECKING:
    from platc_compiler.schemas.fault import Path
    from platc_compiler.schemas.pack import Pack

Schema = Mapping[str, Any]

TYPES = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "an integer",
    "number": "a number",
    "object": "a mapping",
    "string": "a string",
}
LONGEST = 60
"""Characters of a faulty value that a message quotes."""


def described(error: ValidationError, root: Schema, pack: Pack) -> Iterator[tuple[Path, str]]:
    """Yield (path, message) for each fault that one error of the validator stands for."""
    path: Path = tuple(error.instance_path)
    schema = _schema_at(path, root, pack)
    kind = error.kind
    if isinstance(kind, ValidationErrorKind.AdditionalProperties):
        for name in kind.unexpected:
            yield (*path, name), f"unknown field '{name}'" + _hint(name, schema["properties"])
    elif isinstance(kind, ValidationErrorKind.Required):
        yield path, f"missing field '{kind.property}'"
    elif kind.name in MESSAGES:
        yield path, MESSAGES[kind.name](schema, error.instance)
    else:
        yield path, error.message


def _schema_at(path: Path, root: Schema, pack: Pack) -> Schema:
    schema = root
    for step in path:
        if isinstance(step, int):
            schema = schema["items"]
        elif step in schema.get("properties", ()):
            schema = schema["properties"][step]
        else:
            schema = schema["additionalProperties"]
        while "$ref" in schema:
            schema = pack.definitions[schema["$ref"].rpartition("/")[2]]
    return schema


def _hint(name: str, known: Sequence[str]) -> str:
    # Case first: to difflib, `runasuser` is further from `runAsUser` than from other words.
    same = [candidate for candidate in known if candidate.casefold() == name.casefold()]
    close = same or difflib.get_close_matches(name, known, n=1)
    return f" (did you mean '{close[0]}'?)" if close else ""


def _type(schema: Schema, value: object) -> str:
    types = schema["type"]
    allowed = [types] if isinstance(types, str) else [name for name in types if name != "null"]
    wanted = " or ".join(TYPES[name] for name in allowed)
    unquoted = allowed == ["string"] and isinstance(value, bool | int | float)
    hint = f' (write "{_shown(value)}")' if unquoted else ""
    return f"must be {wanted}, is {_shown(value)}{hint}"


def _enum(schema: Schema, value: object) -> str:
    options = [option for option in schema["enum"] if option is not None]
    choice = ", ".join(_shown(option) for option in options)
    hint = _hint(value, options) if isinstance(value, str) else ""
    one_of = "" if len(options) == 1 else "one of "
    return f"must be {one_of}{choice}, is {_shown(value)}{hint}"


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, str):
        short = value if len(value) <= LONGEST else value[: LONGEST - 1] + "…"
        return repr(short)
    return json.dumps(value)


MESSAGES: Mapping[str, Callable[[Schema, Any], str]] = {
    "type": _type,
    "enum": _enum,
    "minimum": lambda s, v: f"must be at least {s['minimum']}, is {v}",
    "maximum": lambda s, v: f"must be at most {s['maximum']}, is {v}",
    "pattern": lambda s, v: f"must match the pattern {s['pattern']}, is {_shown(v)}",
    "minLength": lambda s, v: f"must have at least {s['minLength']} characters, has {len(v)}",
    "maxLength": lambda s, v: f"must have at most {s['maxLength']} characters, has {len(v)}",
    "minItems": lambda s, v: f"must have at least {s['minItems']} items, has {len(v)}",
    "maxItems": lambda s, v: f"must have at most {s['maxItems']} items, has {len(v)}",
}
