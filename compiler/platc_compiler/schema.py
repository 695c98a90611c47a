"""The JSON Schema of the language, generated from its models."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic.json_schema import models_json_schema

from platc_compiler.kinds import KINDS
from platc_compiler.lower.kind import Kind
from platc_spec.platform import Spec
from platc_spec.service import Service


def json_schema(kinds: Iterable[Kind[Any]] = KINDS) -> dict[str, Any]:
    """Return the schema of platform.yaml with a service being one of ``kinds``."""
    catalogue = {kind.name: kind.model for kind in kinds}
    models: list[type[Service]] = list(catalogue.values())
    references, schema = models_json_schema(
        [(Spec, "validation"), *((model, "validation") for model in models)], by_alias=True
    )
    definitions: dict[str, Any] = schema["$defs"]
    definitions["Service"] = _one_of(
        {name: references[model, "validation"]["$ref"] for name, model in catalogue.items()}
    )
    root: dict[str, Any] = definitions.pop("Spec")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "platform.yaml",
        **{key: value for key, value in root.items() if key != "title"},
        "$defs": dict(sorted(definitions.items())),
    }


def _one_of(references: dict[str, str]) -> dict[str, Any]:
    """Return a schema that picks the model by ``kind``, so that an editor complains about the key
    that is wrong and not about every kind there is."""
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
