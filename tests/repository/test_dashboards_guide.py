"""docs/dashboards.md shows the standard dashboards as they are, each once."""

from __future__ import annotations

import re

from platc_compiler.pipeline import compile_platform
from platc_compiler.source.source import Source
from tests.golden.compare import assert_golden
from tests.tools import ROOT

PLATFORM = ROOT / "tests/golden/platforms/standard-dashboards.yaml"
FOLDER = ROOT / "docs/dashboards"
GUIDE = ROOT / "docs/dashboards.md"


def test_the_pictures_are_those_that_platc_writes() -> None:
    files = compile_platform(Source(PLATFORM.read_text(encoding="utf-8"))).files
    pictures = {
        name.removeprefix("report/dashboards/"): text
        for name, text in files.items()
        if name.endswith(".svg")
    }
    for name, text in pictures.items():
        assert_golden(FOLDER / name, text)
    assert {path.name for path in FOLDER.glob("*.svg")} == pictures.keys()


def test_the_guide_shows_every_picture() -> None:
    shown = re.findall(r"\(dashboards/([\w-]+\.svg)\)", GUIDE.read_text(encoding="utf-8"))
    assert sorted(shown) == sorted(path.name for path in FOLDER.glob("*.svg"))
