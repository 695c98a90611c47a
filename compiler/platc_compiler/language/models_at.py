"""Which models of the language are allowed at a path of platform.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from platc_compiler.diagnostics import Origin
from platc_compiler.language.paths import mapping_at
from platc_spec.base import Lazily
from platc_spec.platform import Spec
from platc_spec.service import Service


def models_at(
    path: Origin, data: Mapping[str, Any], kinds: Mapping[str, type[Service]]
) -> list[type[BaseModel]]:
    """Return the models of the values that are allowed at a path."""
    models: list[Any] = [Spec]
    for position, part in enumerate(path):
        following = [annotation for model in models for annotation in _following(model, part)]
        if path[:1] == ("services",) and position == 1:
            kind = mapping_at(path[:2], data).get("kind")
            following = [kinds[kind]] if isinstance(kind, str) and kind in kinds else []
        models = [option for annotation in following for option in options(annotation)]
    return [model for model in models if _is_model(model)]


def _following(model: Any, part: int | str) -> list[Any]:  # noqa: ANN401
    """Return the annotations of ``part`` below a model, a mapping or a list."""
    if _is_model(model):
        return [f.annotation for name, f in model.model_fields.items() if (f.alias or name) == part]
    return list(_arguments(model)[-1:])


def _is_model(annotation: Any) -> bool:  # noqa: ANN401
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _arguments(annotation: Any) -> tuple[Any, ...]:  # noqa: ANN401
    return tuple(a for a in getattr(annotation, "__args__", ()) if a is not Ellipsis)


def options(annotation: Any) -> list[Any]:  # noqa: ANN401
    """Return the types of an annotation: itself, or the members of a union."""
    if isinstance(annotation, type) and not hasattr(annotation, "__args__"):
        return [annotation]
    if hasattr(annotation, "__metadata__"):
        lazy = [mark.model for mark in annotation.__metadata__ if isinstance(mark, Lazily)]
        return lazy or options(annotation.__origin__)
    if getattr(annotation, "__origin__", None) in {dict, list, tuple}:
        return [annotation]
    return [option for argument in _arguments(annotation) for option in options(argument)]


def field_at(path: Origin, data: Mapping[str, Any], kinds: Mapping[str, type[Service]]) -> Any:  # noqa: ANN401
    """Return the annotation of the field at a path, ``None`` if its last step is no field.

    A step that is no field is a name of the user's own, or a position.
    """
    found = (
        field.annotation
        for model in models_at(path[:-1], data, kinds)
        for name, field in model.model_fields.items()
        if (field.alias or name) == path[-1]
    )
    return next(found, None)
