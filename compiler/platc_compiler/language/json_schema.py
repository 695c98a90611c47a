"""The JSON Schema of the language, generated from its models."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from platc_spec.base import Lazily
from platc_spec.platform import Spec
from platc_spec.service import Service


def json_schema(catalogue: Mapping[str, type[Service]]) -> dict[str, Any]:
    """Return the schema of platform.yaml for services of the kinds, models by name."""
    roots: list[type[BaseModel]] = [Spec, *catalogue.values()]
    lazy = {model.__name__: model for root in roots for model in _lazy_models(root)}
    models: list[type[BaseModel]] = [*catalogue.values(), *lazy.values()]
    references, schema = models_json_schema(
        [(Spec, "validation"), *((model, "validation") for model in models)], by_alias=True
    )
    definitions: dict[str, Any] = schema["$defs"]
    for model in _models(BaseModel):
        # Pydantic adds the module to the name where two kinds have a model of the same name.
        for name in (model.__name__, f"{model.__module__.replace('.', '__')}__{model.__name__}"):
            if name in definitions:
                _describe(model, definitions[name].get("properties", {}))
                _write_defaults(model, definitions[name].get("properties", {}))
    definitions["Service"] = _one_of(
        {name: references[model, "validation"]["$ref"] for name, model in catalogue.items()}
    )
    for name, model in lazy.items():
        _refer(definitions, name, references[model, "validation"]["$ref"])
    root: dict[str, Any] = definitions.pop("Spec")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "platform.yaml",
        **{key: value for key, value in root.items() if key != "title"},
        "patternProperties": {"^x-": {}},
        "$defs": dict(sorted(definitions.items())),
    }


def _lazy_models(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """Yield the models that are imported only for their first value."""
    waiting: list[Any] = [model]
    seen: set[Any] = set()
    while waiting:
        found = waiting.pop()
        if isinstance(found, Lazily):
            yield found.model
            waiting.append(found.model)
        elif isinstance(found, type) and issubclass(found, BaseModel):
            if found not in seen:
                seen.add(found)
                for field in found.model_fields.values():
                    waiting += (field.annotation, *field.metadata)
        else:
            waiting += [*getattr(found, "__metadata__", ()), *get_args(found)]


def _refer(value: object, name: str, reference: str) -> None:
    """Put a reference in the place of each mark of a model."""
    for below in value.values() if isinstance(value, dict) else value:  # type: ignore[attr-defined]
        if isinstance(below, dict) and below.get("lazily") == name:
            del below["lazily"]
            below["$ref"] = reference
        elif isinstance(below, (dict, list)):
            _refer(below, name, reference)


def _one_of(references: dict[str, str]) -> dict[str, Any]:
    """Return a schema that selects the model by ``kind``.

    An editor then reports the wrong key, and not an error for each kind that exists.
    """
    return {
        "type": "object",
        "required": ["kind"],
        "properties": {"kind": {"enum": sorted(references), "description": "The kind of service."}},
        "allOf": [
            {
                "if": {"properties": {"kind": {"const": name}}, "required": ["kind"]},
                "then": {"$ref": reference},
            }
            for name, reference in sorted(references.items())
        ],
    }


def _models(base: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for model in base.__subclasses__():
        yield model
        yield from _models(model)


def _describe(model: type[BaseModel], properties: dict[str, dict[str, Any]]) -> None:
    """Add to each property the docstring of its field, own or inherited."""
    docstrings: dict[str, str] = {}
    for ancestor in reversed(model.__mro__):
        if issubclass(ancestor, BaseModel) and ancestor is not BaseModel:
            docstrings |= _docstrings(ancestor)
    for name, field in model.model_fields.items():
        schema = properties.get(field.alias or name)
        if schema is not None and name in docstrings:
            schema.pop("title", None)
            schema["description"] = docstrings[name]


def _write_defaults(model: type[BaseModel], properties: dict[str, dict[str, Any]]) -> None:
    """Write each default in the language's notation: ``5d``, not ISO 8601's ``P5D``."""
    model.model_rebuild()
    written = model.model_construct().model_dump(mode="json", by_alias=True, exclude_none=True)
    for name, schema in properties.items():
        if "default" in schema and name in written:
            schema["default"] = written[name]


def _docstrings(model: type[BaseModel]) -> dict[str, str]:
    """Return the string that stands below each field of a class."""
    body = ast.parse(textwrap.dedent(inspect.getsource(model))).body[0]
    statements = body.body if isinstance(body, ast.ClassDef) else []
    return {
        field.target.id: inspect.cleandoc(text.value.value)
        for field, text in pairwise(statements)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(text, ast.Expr)
        and isinstance(text.value, ast.Constant)
        and isinstance(text.value.value, str)
    }
