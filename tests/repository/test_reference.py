"""The pages of the reference are those that the models make."""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType

import pytest

from platc_compiler.language.json_schema import json_schema
from platc_compiler.language.reference import Key, Reference
from platc_compiler.lower.kinds import models
from tests.tools import ROOT

FOLDER = ROOT / "docs" / "reference"


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("reference", ROOT / "tools" / "reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["reference"] = module
    spec.loader.exec_module(module)
    return module


def test_the_pages_are_up_to_date(tool: ModuleType) -> None:
    there = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*")}
    assert there == tool.pages(), "run 'make reference' and commit it"


def test_every_key_stands_on_a_page() -> None:
    for key in Reference(json_schema(models())).every():
        if key.path != ("services",):
            assert f"| `{key.path[-1]}` |" in _table(key), key.text


def _table(key: Key) -> str:
    """Return the table in which a key stands: the first of its page, or that of its section."""
    depth = 3 if key.path[0] == "services" else 1
    page = f"kind-{key.path[1]}.md" if depth == 3 else f"{key.path[0]}.md"
    text = (FOLDER / page).read_text(encoding="utf-8")
    section = f"\n## {'.'.join(key.path[:-1])}\n" if len(key.path) > depth else ""
    assert section in text
    return (text.partition(section)[2] if section else text).partition("\n## ")[0]
