"""The findings of a JSON Schema validator as messages for people."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from jsonschema_rs import ValidationError, ValidationErrorKind

from platc_compiler.admission.fault import Path
from platc_compiler.admission.pack import Pack
from platc_compiler.admission.wording import hint, shown

Schema = Mapping[str, Any]

TYPES = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "an integer",
    "number": "a number",
    "object": "a mapping",
    "string": "a string",
}


def described(error: ValidationError, root: Schema, pack: Pack) -> Iterator[tuple[Path, str]]:
    """Yield (path, message) for each fault that one error of the validator represents.

    The validator gets the object below a key; this key is not part of the path.
    """
    path, schema = _found(error.instance_path[1:], root, pack)
    kind = error.kind
    if isinstance(kind, ValidationErrorKind.AdditionalProperties):
        for name in kind.unexpected:
            yield (*path, name), f"unknown field '{name}'" + hint(name, schema["properties"])
    elif isinstance(kind, ValidationErrorKind.Required):
        yield path, f"missing field '{kind.property}'"
    # An empty key is no step of the path, so the schema may be that of the mapping above it.
    elif (keyword := str(error.schema_path[-1])) in MESSAGES and keyword in schema:
        yield path, MESSAGES[keyword](schema, error.instance)
    else:
        yield path, error.message


def _found(steps: Sequence[str | int], root: Schema, pack: Pack) -> tuple[Path, Schema]:
    """Return the path of a fault and its schema.

    The validator gives a key that is written in digits, such as ``0``, as if it were a position.
    """
    schema, path = root, list[str | int]()
    for step in steps:
        if "items" in schema:
            schema = schema["items"]
            path.append(step)
        else:
            key = str(step)
            known = schema.get("properties", {})
            schema = known[key] if key in known else schema["additionalProperties"]
            path.append(key)
        while "$ref" in schema:
            schema = pack.definitions[schema["$ref"].rpartition("/")[2]]
    return tuple(path), schema


def _type(schema: Schema, value: object) -> str:
    types = schema["type"]
    allowed = [types] if isinstance(types, str) else [name for name in types if name != "null"]
    wanted = schema.get("title") or " or ".join(TYPES[name] for name in allowed)
    unquoted = allowed == ["string"] and isinstance(value, bool | int | float)
    quoted = f' (write "{shown(value)}")' if unquoted else ""
    return f"must be {wanted}, is {shown(value)}{quoted}"


def _enum(schema: Schema, value: object) -> str:
    options = [option for option in schema["enum"] if option is not None]
    choice = ", ".join(shown(option) for option in options)
    meant = hint(value, options) if isinstance(value, str) else ""
    one_of = "" if len(options) == 1 else "one of "
    return f"must be {one_of}{choice}, is {shown(value)}{meant}"


def _pattern(schema: Schema, value: object) -> str:
    wanted = schema.get("title", f"text like {schema['pattern']}")
    return f"must be {wanted}, is {shown(value)}"


MESSAGES: Mapping[str, Callable[[Schema, Any], str]] = {
    "type": _type,
    "enum": _enum,
    "minimum": lambda s, v: f"must be at least {s['minimum']}, is {v}",
    "maximum": lambda s, v: f"must be at most {s['maximum']}, is {v}",
    "pattern": _pattern,
    "minLength": lambda s, v: f"must have at least {s['minLength']} characters, has {len(v)}",
    "maxLength": lambda s, v: f"must have at most {s['maxLength']} characters, has {len(v)}",
    "minItems": lambda s, v: f"must have at least {s['minItems']} items, has {len(v)}",
    "maxItems": lambda s, v: f"must have at most {s['maxItems']} items, has {len(v)}",
}
