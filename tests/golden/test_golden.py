"""Whole platforms against their golden output: every example, and a small platform per kind."""

from __future__ import annotations

from pathlib import Path

import pytest

from platc_compiler.diagnostics import rendering as render
from platc_compiler.lower.kinds import KINDS
from platc_compiler.pipeline import Result, compile_platform
from platc_compiler.source.beside import Folder
from platc_compiler.source.source import Source
from platc_compiler.write.dag_mark import marked
from tests.golden.compare import assert_golden, joined

ROOT = Path(__file__).resolve().parents[2]
CASES = sorted((ROOT / "tests/golden/cases").glob("*.yaml"))
EXAMPLES = sorted((ROOT / "examples").glob("*/platform.yaml"))


def compiled(path: Path) -> Result:
    """Compile a platform with the sealed secrets beside it."""
    text, shown = path.read_text(encoding="utf-8"), path.relative_to(ROOT).as_posix()
    return compile_platform(Source(text, shown, beside=Folder(path.parent)))


def told(result: Result) -> str:
    """Return everything that a build tells and writes, as one text."""
    dags = {f"dags/{path}": text for path, text in result.dags.items()}
    files = joined({**result.files, **dags})
    return f"{render.as_text(result.diagnostics)}\n{files}".lstrip("\n")


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_a_small_platform_compiles_to_its_golden_output(path: Path) -> None:
    assert_golden(path.with_suffix(".txt"), told(compiled(path)))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.parent.name)
def test_an_example_compiles_to_its_golden_output(path: Path) -> None:
    assert_golden(ROOT / f"tests/golden/examples/{path.parent.name}.txt", told(compiled(path)))


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


def test_every_kind_has_a_golden_case() -> None:
    stated = "\n".join(path.read_text(encoding="utf-8") for path in CASES)
    missing = [
        kind.name for kind in KINDS if f"kind: {kind.name}\n" not in stated.replace(",", "\n")
    ]
    assert not missing, f"no case in tests/golden/cases for {missing}"
