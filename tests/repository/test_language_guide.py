"""The guide of the language shows what works, and leaves out no part of it."""

from __future__ import annotations

import re

import pytest

from platc_compiler.checks.pages import Fence
from platc_compiler.pipeline import compile_platform
from platc_compiler.source.load import load
from platc_spec.platform import Spec
from tests.checks.examples import source
from tests.tools import ROOT

GUIDE = (ROOT / "docs" / "language.md").read_text(encoding="utf-8")
_FENCE = re.compile(r"^```(\S+)(.*)\n((?:.*\n)*?)```$", re.MULTILINE)
SECTIONS = dict(part.split("\n", 1) for part in GUIDE.split("\n## ")[1:])
EXAMPLES = {
    heading: [
        Fence(language, tuple(words.split()), text)
        for language, words, text in _FENCE.findall(section)
        if language == "yaml" or "file=" in words
    ]
    for heading, section in SECTIONS.items()
    if any(language == "yaml" for language, _, _ in _FENCE.findall(section))
}
UNSEALED = "PLT505"
"""Nobody has sealed the secrets of an example."""


def _beside(fence: Fence) -> bool:
    """Return whether an example is a file beside platform.yaml."""
    return any(word.startswith("file=") for word in fence.words)


@pytest.mark.parametrize("heading", EXAMPLES)
def test_an_example_is_built_without_a_complaint(heading: str) -> None:
    fences = EXAMPLES[heading]
    own = [fence for fence in fences if not _beside(fence)]
    assert len(own) == 1, "one example for each part"
    result = compile_platform(source(fences))
    told = [
        f"{found.code} {found.path}: {found.message}"
        for found in result.diagnostics
        if found.severity != "note" and found.code != UNSEALED
    ]
    assert not told
    assert result.files


def test_every_part_of_the_language_has_an_example() -> None:
    shown = {
        key
        for fences in EXAMPLES.values()
        for fence in fences
        if fence.language == "yaml" and not _beside(fence)
        for key in load(fence.text).data
    }
    assert Spec.model_fields.keys() <= shown
