from __future__ import annotations

import re
from types import ModuleType

import pytest

from platc_compiler.checks import pages as explain
from platc_compiler.pipeline import compile_platform
from tests.checks.examples import MINIMAL, source
from tests.tools import ROOT

COMPILER = ROOT / "compiler" / "platc_compiler"
MODULES = pytest.mark.parametrize("module", explain.documented(), ids=lambda module: module.CODE)


def _emitted(fences: tuple[explain.Fence, ...]) -> list[str]:
    return [diagnostic.code for diagnostic in compile_platform(source(fences)).diagnostics]


@MODULES
def test_the_bad_example_emits_its_code(module: ModuleType) -> None:
    page = explain.parse(module)
    assert page.code in _emitted(page.bad)


@MODULES
def test_the_good_example_does_not_emit_its_code_nor_any_error(module: ModuleType) -> None:
    page = explain.parse(module)
    found = compile_platform(source(page.good)).diagnostics
    assert [d for d in found if d.code == page.code or d.severity == "error"] == []


@MODULES
def test_a_module_is_named_by_its_code(module: ModuleType) -> None:
    assert module.__name__.rpartition(".")[2].startswith(f"{module.CODE.lower()}_")


@MODULES
def test_a_page_has_a_title_of_one_line(module: ModuleType) -> None:
    title = explain.parse(module).title
    assert title
    assert len(title) <= 110
    assert "\n" not in title


def test_no_code_is_documented_twice() -> None:
    codes = [module.CODE for module in explain.documented()]
    assert codes == sorted(set(codes))


def test_every_code_in_the_source_has_a_module() -> None:
    used = {
        code
        for path in COMPILER.rglob("*.py")
        for code in re.findall(r'"(PLT\d{3})"', path.read_text(encoding="utf-8"))
    }
    assert used <= {module.CODE for module in explain.documented()}


def test_the_smallest_platform_is_accepted_without_a_word() -> None:
    result = compile_platform(source(()))
    assert result.diagnostics == ()
    assert result.files
    assert len(MINIMAL.read_text(encoding="utf-8").splitlines()) < 45


def test_a_page_shows_what_why_both_examples_and_the_fix() -> None:
    page = explain.page("PLT101") or ""
    assert page.startswith("PLT101: ")
    assert [page.index(f"\n{part}:") for part in ("Why", "Bad", "Good", "Fix")] == sorted(
        page.index(f"\n{part}:") for part in ("Why", "Bad", "Good", "Fix")
    )
    assert "```" not in page


def test_an_unknown_code_has_no_page() -> None:
    assert explain.page("PLT999") is None


@pytest.mark.parametrize(
    "docstring",
    [
        "What.",
        "What.\n\nWhy: so.\n\nBad:\nno fence\n\nGood:\n```yaml\na: 1\n```\n\nFix: it.",
        "What.\n\nBad:\n```yaml\na: 1\n```\n\nWhy: so.\n\nGood:\n```yaml\na: 1\n```\n\nFix: it.",
        "What.\n\nWhy: so.\n\nBad:\n```yaml odd\na: 1\n```\n\nGood:\n```yaml\nb: 1\n```\n\nFix: x",
    ],
)
def test_a_docstring_of_another_form_is_refused(docstring: str) -> None:
    module = ModuleType("plt999_example", docstring)
    module.CODE = "PLT999"
    with pytest.raises(ValueError, match="plt999_example"):
        explain.parse(module)
