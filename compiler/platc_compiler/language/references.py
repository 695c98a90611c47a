"""Every value of a platform that names something declared elsewhere.

They are found by the annotations of their types. A new kind annotates a field by its type alone
(``SecretRef``, ``ServiceName``, ``DatabaseRef``, ``Env``), and the checks of references then apply
to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, TypeAlias, Union, get_args, get_origin

from msgspec import Struct
from pydantic import BaseModel

from platc_compiler.diagnostics import Origin
from platc_spec.base import Refers
from platc_spec.secret_references import references_in, variable_reference

_ELSEWHERE = frozenset({"recovery", "environments", "patches"})
"""Parts of platform.yaml that have no references, or references of another kind."""


class Reference(Struct, frozen=True):
    """A value that names something."""

    to: Literal["service", "dependency", "database", "secret", "embedded secret"]
    """The name; an embedded secret stands inside a longer text, where it is not replaced."""
    name: str
    path: Origin
    kinds: tuple[str, ...] = ()
    """The allowed kinds of the service; empty for any."""
    reached: bool = False
    """The service must have a port."""
    recipe: str = ""
    """How the value of the secret can be generated; empty if platc knows no way."""
    issuer: str = ""
    """The issuer of the secret's value, if only an issuer can make it."""
    renewal: str = ""
    """The steps that a new value of the secret needs beside a restart of its pods."""


class _Shape(Struct, frozen=True):
    """The part of an annotation that is relevant for references."""

    marks: tuple[Refers, ...] = ()
    models: bool = False
    item: _Shape | None = None
    """The type of the values of a mapping or the items of a list."""

    def __bool__(self) -> bool:
        return bool(self.marks or self.models or self.item)


_NOTHING, _MODEL = _Shape(), _Shape(models=True)


def references(model: BaseModel) -> Iterator[Reference]:
    """Yield the references of a model and of all models below it, in order."""
    for value, marks, path in _marked_values(model, ()):
        if isinstance(value, str):
            yield from _of_text(value, marks, path)
        else:
            yield from _of_environment(value, path)


def environments_of(model: BaseModel) -> Iterator[tuple[Mapping[str, str], Origin]]:
    """Yield every mapping of environment variables of a model and all below it, with its path."""
    for value, _, path in _marked_values(model, ()):
        if isinstance(value, Mapping):
            yield value, path


def variables(model: BaseModel) -> Iterator[tuple[str, str, Origin]]:
    """Yield every environment variable of a model and all below it: name, value and path."""
    for stated, path in environments_of(model):
        for name, text in stated.items():
            yield name, text, (*path, name)


_Marked: TypeAlias = tuple[str | Mapping[str, str], tuple[Refers, ...], Origin]


def _marked_values(model: BaseModel, path: Origin) -> Iterator[_Marked]:
    for field, key, shape in _fields(type(model)):
        if path or key not in _ELSEWHERE:
            yield from _below(getattr(model, field), shape, (*path, key))


def _below(value: object, shape: _Shape, path: Origin) -> Iterator[_Marked]:
    if isinstance(value, str):
        if shape.marks:
            yield value, shape.marks, path
    elif isinstance(value, BaseModel):
        yield from _marked_values(value, path)
    elif isinstance(value, Mapping):
        if any(mark.to == "environment" for mark in shape.marks):
            yield value, shape.marks, path
        elif shape.item:
            for key, item in value.items():
                yield from _below(item, shape.item, (*path, key))
    elif isinstance(value, tuple) and shape.item:
        for index, item in enumerate(value):
            yield from _below(item, shape.item, (*path, index))


def _of_text(value: str, marks: tuple[Refers, ...], path: Origin) -> Iterator[Reference]:
    """Yield one reference; its type may have several annotations, which complete each other."""
    kinds = tuple(kind for mark in marks for kind in mark.kinds)
    reached = any(mark.reached for mark in marks)
    recipe = next((mark.recipe for mark in marks if mark.recipe), "")
    issuer = next((mark.issuer for mark in marks if mark.issuer), "")
    renewal = next((mark.renewal for mark in marks if mark.renewal), "")
    for mark in marks[:1]:
        if mark.to != "environment":
            yield Reference(mark.to, value, path, kinds, reached, recipe, issuer, renewal)


def _of_environment(variables: Mapping[str, str], path: Origin) -> Iterator[Reference]:
    for name, value in variables.items():
        whole = variable_reference(value) is not None
        for reference in references_in(value):
            to: Literal["secret", "embedded secret"] = "secret" if whole else "embedded secret"
            yield Reference(to, str(reference), (*path, name))


@cache
def _fields(model: type[BaseModel]) -> tuple[tuple[str, str, _Shape], ...]:
    """Return the fields of a model that can hold references: attribute, key and type."""
    shapes = (
        (name, field.alias or name, _joined([_shape(field.annotation), _marked(field.metadata)]))
        for name, field in model.model_fields.items()
    )
    return tuple(each for each in shapes if each[2])


def _shape(annotation: Any) -> _Shape:  # noqa: ANN401
    if isinstance(annotation, type):
        return _MODEL if issubclass(annotation, BaseModel) else _NOTHING
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _joined([_shape(arguments[0]), _marked(arguments[1:])])
    if origin in {Union, UnionType}:
        return _joined([_shape(argument) for argument in arguments])
    if origin is dict:
        return _Shape(item=_shape(arguments[1]) or None)
    if origin in {tuple, list}:
        return _Shape(item=_shape(arguments[0]) or None)
    return _NOTHING


def _marked(metadata: Any) -> _Shape:  # noqa: ANN401
    return _Shape(marks=tuple(mark for mark in metadata if isinstance(mark, Refers)))


def _joined(shapes: list[_Shape]) -> _Shape:
    shapes = [shape for shape in shapes if shape]
    if len(shapes) <= 1:
        return shapes[0] if shapes else _NOTHING
    items = [shape.item for shape in shapes if shape.item]
    return _Shape(
        marks=tuple(mark for shape in shapes for mark in shape.marks),
        models=any(shape.models for shape in shapes),
        item=_joined(items) if items else None,
    )
