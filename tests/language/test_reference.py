"""The reference has every key, and finds each by its path."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from platc_compiler.language.json_schema import json_schema
from platc_compiler.language.reference import NAME, Key, Reference, Unknown
from platc_compiler.lower.kinds import models

SCHEMA = json_schema(models())
REFERENCE = Reference(SCHEMA)
KEYS = list(REFERENCE.every())


def _properties(part: Any) -> Iterator[Mapping[str, Any]]:  # noqa: ANN401
    """Yield every mapping of keys of a schema, wherever it stands."""
    if isinstance(part, Mapping):
        if isinstance(part.get("properties"), Mapping):
            yield part["properties"]
        for each in part.values():
            yield from _properties(each)
    elif isinstance(part, list):
        for each in part:
            yield from _properties(each)


def test_no_key_of_the_models_is_missing() -> None:
    # Two models with the same keys are told apart by what their keys mean.
    known = {(key.path[-1], key.schema.get("description")) for key in KEYS}
    base = SCHEMA["$defs"]["Service"]["properties"]
    for properties in _properties({k: v for k, v in SCHEMA.items() if k != "$schema"}):
        if properties is base or set(properties) == {"kind"}:
            continue
        for name, schema in properties.items():
            assert (name, schema.get("description")) in known, name


def test_a_model_that_is_imported_late_stands_where_it_belongs() -> None:
    """A mark that no model has replaced would leave an editor without a word to offer."""
    assert '"lazily"' not in json.dumps(SCHEMA)
    assert [key.text for key in KEYS if key.path[0] == "include"][1:]


def test_every_key_has_a_type_an_example_and_a_meaning() -> None:
    for key in KEYS:
        assert key.type, key.text
        assert key.example.startswith(f"{key.path[-1]}: "), key.text
        assert key.meaning or key.path[-1] == "kind", key.text


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.text)
def test_a_key_is_found_by_its_path(key: Key) -> None:
    assert REFERENCE.find(key.text) == key
    without_names = ".".join(step for step in key.path if step != NAME)
    assert REFERENCE.find(without_names) == key


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("clustr", "clustr"),
        ("cluster.nods", "nods"),
        ("postgress", "postgress"),
        ("", ""),
        ("services.web.image", "web"),
        ("backup.schedule.minute", "minute"),
    ],
)
def test_what_no_key_has_is_unknown(text: str, step: str) -> None:
    found = REFERENCE.find(text)
    assert isinstance(found, Unknown)
    assert found.step == step
