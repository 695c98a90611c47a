"""No configuration of a program, no argument and no file brings a credential into out/.

``credentials_in_config.yaml`` holds the attacks, the ways that the hints name, and what looks
alike. An attack fails the build, whatever check says so, and nothing that is shown has the value.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from platc_compiler.diagnostics.rendering import as_github, as_json, as_sarif, as_text
from platc_compiler.pipeline import Result, compile_platform
from platc_compiler.source.source import Source
from tests.checks.examples import merged
from tests.sources import beside

TABLE: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parent / "credentials_in_config.yaml").read_text("utf-8")
)
SECRET = "correct-horse-7"  # noqa: S105 - made up


def compiled(case: dict[str, Any]) -> Result:
    """Compile a case with the files beside it."""
    stated = {key: value for key, value in case.items() if not key.startswith("$")}
    text = merged(json.dumps(stated, default=str))
    return compile_platform(Source(text, beside=beside(None, {}, case.get("$files", {}))))


def test_the_table_is_long_enough() -> None:
    assert len(TABLE["attacks"]) >= 40
    assert len(TABLE["ways"]) >= 8


@pytest.mark.parametrize("case", TABLE["attacks"].values(), ids=TABLE["attacks"])
def test_a_credential_fails_the_build_and_is_not_shown(case: dict[str, Any]) -> None:
    secret = case.get("$secret", SECRET)
    result = compiled(case)
    assert result.failed
    assert not result.files
    for form in (as_text, as_json, as_sarif, as_github):
        assert secret not in form(result.diagnostics)


@pytest.mark.parametrize("case", TABLE["ways"].values(), ids=TABLE["ways"])
def test_the_way_that_a_hint_names_works(case: dict[str, Any]) -> None:
    result = compiled(case)
    assert [d.message for d in result.diagnostics if d.severity == "error"] == []
    assert [d.message for d in result.diagnostics if d.code in ("PLT109", "PLT503")] == []
    assert any(case["$holds"] in text for text in result.files.values())


@pytest.mark.parametrize("case", TABLE["innocent"].values(), ids=TABLE["innocent"])
def test_what_looks_alike_in_a_configuration_is_left_alone(case: dict[str, Any]) -> None:
    result = compiled(case)
    assert [d.message for d in result.diagnostics if d.code in ("PLT503", "PLT004")] == []
