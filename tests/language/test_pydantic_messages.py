"""What a value should have been is told in words, never as a regular expression."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from platc_compiler.language.json_schema import json_schema
from platc_compiler.language.pydantic_messages import mismatch, sentence
from platc_compiler.lower.kinds import models
from platc_spec.base import Model


def _models(base: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for model in base.__subclasses__():
        yield model
        yield from _models(model)


def _patterns(part: Any) -> Iterator[str]:  # noqa: ANN401
    """Yield the patterns that Pydantic itself judges by, in an annotation and all it is made of."""
    metadata = [*getattr(part, "metadata", ()), *getattr(part, "__metadata__", ())]
    metadata += [inner for each in metadata for inner in getattr(each, "annotations", ())]
    yield from (each.pattern for each in metadata if isinstance(getattr(each, "pattern", 0), str))
    for each in metadata:
        yield from _patterns(each)
    inner = (getattr(part, "annotation", None), getattr(part, "__origin__", None))
    for each in (*inner, *getattr(part, "__args__", ())):
        if each is not None:
            yield from _patterns(each)


def _language() -> set[str]:
    json_schema(models())  # It imports the models that are imported late.
    fields = [field for model in _models(Model) for field in model.model_fields.values()]
    return {pattern for field in fields for pattern in _patterns(field)}


def test_every_pattern_of_the_language_has_words() -> None:
    patterns = _language()
    assert len(patterns) > 10
    for pattern in patterns:
        said = sentence("string_pattern_mismatch", "", {"pattern": pattern}, "x")
        assert pattern not in f"{said.message}{said.hint}", pattern
        assert said.hint, pattern


def test_a_list_of_assignments_is_shown_as_a_mapping_without_its_values() -> None:
    hint = mismatch(["dict_type"], ["LEVEL=info", "PASSWORD=hunter2"]).hint
    assert str(hint) == "write a mapping: { LEVEL: VALUE, PASSWORD: VALUE }"
