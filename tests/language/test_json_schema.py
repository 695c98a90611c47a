"""The JSON Schema for editors says what the models say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator

from platc_compiler.language.json_schema import json_schema
from platc_compiler.lower.kinds import models
from platc_compiler.source.load import load
from tests.tools import ROOT

PLATFORMS = [
    ROOT / "platform.yaml",
    *sorted(ROOT.glob("examples/*/platform.yaml")),
    *sorted(ROOT.glob("tests/golden/platforms/*.yaml")),
    ROOT / "templates/platc_templates/init/platform.yaml",
]


@cache
def schema() -> dict[str, Any]:
    """Return what is written for editors."""
    return json_schema(models())


@cache
def editor() -> Draft202012Validator:
    """Return what judges a platform as an editor does."""
    return Draft202012Validator(schema())


def properties() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, definition in (*schema()["$defs"].items(), ("the top level", schema())):
        for key, value in definition.get("properties", {}).items():
            yield f"{name}.{key}", value


def test_the_committed_schema_is_what_the_models_say() -> None:
    committed = json.loads((ROOT / "spec/platc_spec/platform.schema.json").read_text("utf-8"))
    assert committed == schema(), "run 'make schema' and commit it"


@pytest.mark.parametrize("path", PLATFORMS, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_an_editor_accepts_what_platc_accepts(path: Path) -> None:
    faults = [
        f"{'.'.join(map(str, fault.instance_path))}: {fault.message}"
        for fault in editor().iter_errors(load(path.read_text("utf-8")).data)
    ]
    assert not faults


def test_every_key_is_described() -> None:
    silent = [
        place
        for place, key in properties()
        if not key.get("description") and not place.endswith(".kind")
    ]
    assert not silent


def test_an_editor_refuses_an_unknown_key_of_a_kind() -> None:
    data = load((ROOT / "examples/minimal/platform.yaml").read_text("utf-8")).data
    data["services"]["web"]["replica"] = 2
    assert any("replica" in fault.message for fault in editor().iter_errors(data))


def test_a_default_is_of_the_form_that_its_key_takes() -> None:
    keys = {place: key for place, key in properties() if "default" in key}
    forms = {
        place: {name: value for name, value in key.items() if name != "default"}
        for place, key in keys.items()
    }
    whole = Draft202012Validator({"properties": forms, "$defs": schema()["$defs"]})
    faults = whole.iter_errors({place: key["default"] for place, key in keys.items()})
    assert keys
    assert not [f"{fault.instance_path}: {fault.message}" for fault in faults]


def test_a_default_is_written_as_the_language_writes_it() -> None:
    definitions = schema()["$defs"]
    assert definitions["Retention"]["properties"]["time"]["default"] == "15d"
    assert definitions["NodePool"]["properties"]["ephemeral_storage"]["default"] == "50Gi"
