"""Exact diagnostics, one case a file, named by its code.

A case is the text of an example (see `platc_compiler.checks.pages` for what its words mean), merged
over the smallest platform, and after ``-- diagnostics --`` all that is said of it. Other files
stand between, each after a line such as ``-- template=kubernetes/service.yaml.j2 --``; the words of
the platform itself stand on the first line, after ``# example:``. With PLATC_UPDATE_GOLDEN=1 the
diagnostics are written anew."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from platc_compiler.checks.pages import Fence, documented
from platc_compiler.diagnostics import rendering as render
from platc_compiler.pipeline import compile_platform
from tests.checks.examples import source
from tests.golden.compare import assert_golden

CASES = sorted((Path(__file__).parent / "cases").glob("*.yaml"))
_PART = re.compile(r"^-- (.+) --\n", re.MULTILINE)
_WORDS = re.compile(r"# example: (.+)\n")
_DIAGNOSTICS = "-- diagnostics --\n"


def _fences(text: str) -> list[Fence]:
    platform, *others = _PART.split(text)
    words = _WORDS.match(platform)
    fences = [
        Fence("", tuple(words.split()), content)
        for words, content in zip(others[::2], others[1::2], strict=True)
    ]
    if platform.strip():
        fences.insert(0, Fence("yaml", tuple(words[1].split()) if words else (), platform))
    return fences


def fences_of_case(path: Path) -> tuple[Fence, ...]:
    """Return the parts of a case, without its diagnostics."""
    return tuple(_fences(path.read_text(encoding="utf-8").partition(_DIAGNOSTICS)[0]))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_fault_is_told_in_these_words(path: Path) -> None:
    text, separator, _ = path.read_text(encoding="utf-8").partition(_DIAGNOSTICS)
    assert separator, f"{path.name} has no line {_DIAGNOSTICS!r}"
    found = compile_platform(source(_fences(text))).diagnostics
    assert path.stem.partition("-")[0] in {diagnostic.code for diagnostic in found}
    assert_golden(path, f"{text}{_DIAGNOSTICS}{render.as_text(found)}\n")


def test_every_code_has_a_case() -> None:
    covered = {path.stem.partition("-")[0] for path in CASES}
    assert {module.CODE for module in documented()} <= covered
