"""The platforms that people read first: what is committed of them, and that they build."""

from __future__ import annotations

from pathlib import Path

import pytest

from platc_compiler.diagnostics import rendering as render
from platc_compiler.pipeline import Result, compile_platform
from platc_compiler.source.beside import Folder
from platc_compiler.source.source import Source
from platc_compiler.write.dag_mark import marked
from tests.golden.compare import assert_golden
from tests.tools import ROOT

REFUSED = ROOT / "examples/as-written/platform.yaml"
"""The document as it is written, which does not fit: the example is there to be refused."""
APPLICATIONS = (
    "cloudnative-pg", "debezium", "internal-api", "jupyterhub", "mlflow", "superset", "trino",
)  # fmt: skip
"""Applications of others, said as their own documentation has them."""
BUILT = [path for path in sorted((ROOT / "examples").glob("*/platform.yaml")) if path != REFUSED]


def compiled(path: Path) -> Result:
    """Compile a platform with the sealed secrets beside it."""
    text, shown = path.read_text(encoding="utf-8"), path.relative_to(ROOT).as_posix()
    return compile_platform(Source(text, shown, beside=Folder(path.parent)))


def test_out_holds_what_the_reference_platform_compiles_to() -> None:
    result = compiled(ROOT / "platform.yaml")
    assert not result.failed, render.as_text(result.diagnostics)
    out = ROOT / "out"
    there = {
        path.relative_to(out).as_posix(): path.read_text(encoding="utf-8")
        for path in out.rglob("*")
        if path.is_file() and path.name != ".platc"
    }
    assert there == dict(result.files), "out/ is stale: run 'make build' and commit it"
    for name, text in result.dags.items():
        assert (ROOT / "dags" / name).read_text("utf-8") == marked(name, text, "ecommerce")


@pytest.mark.parametrize("path", BUILT, ids=lambda path: path.parent.name)
def test_an_example_is_built_without_an_error(path: Path) -> None:
    result = compiled(path)
    assert not result.failed, render.as_text(result.diagnostics)
    assert result.files


def test_the_document_as_written_is_refused_for_these_reasons() -> None:
    result = compiled(REFUSED)
    assert result.failed
    told = [
        f"{found.line}: {found.severity}[{found.code}] {found.path}\n"
        for found in result.diagnostics
    ]
    assert_golden(ROOT / "tests/golden/as-written.txt", "".join(told))


@pytest.mark.parametrize("name", APPLICATIONS)
def test_an_application_is_said_without_a_warning_and_without_a_patch(name: str) -> None:
    path = ROOT / "examples" / name / "platform.yaml"
    result = compiled(path)
    told = [each for each in result.diagnostics if each.severity != "note"]
    assert not told, render.as_text(tuple(told))
    text = path.read_text(encoding="utf-8")
    assert "patches:" not in text
    assert "# Followed" in text
    assert "What it taught:" in (path.parent / "README.md").read_text(encoding="utf-8")
