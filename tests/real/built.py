"""Platforms compiled and written, for real programs to read."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from platc_compiler.diagnostics import rendering as render
from platc_compiler.pipeline import Result, compile_platform
from platc_compiler.source.beside import NOTHING, Beside, Folder
from platc_compiler.source.source import Source
from tests.tools import ROOT

MONITORED = tuple(
    path
    for path in (
        ROOT / "tests/real/platforms/observability.yaml",
        ROOT / "platform.yaml",
        *sorted((ROOT / "examples").glob("*/platform.yaml")),
    )
    if path.is_file()
    and path.parent.name != "as-written"
    and "kind: prometheus" in path.read_text()
)
"""Platforms that compile and are monitored; one example is there to be refused."""


@cache
def compiled(text: str, name: str, beside: Beside = NOTHING) -> Result:
    """Compile a platform, once for all tests that show it to programs."""
    result = compile_platform(Source(text, name, beside=beside))
    assert not result.failed, render.as_text(result.diagnostics)
    return result


def result_of(platform: Path) -> Result:
    """Compile the platform of a file, with the files beside it."""
    text = platform.read_text(encoding="utf-8")
    return compiled(text, platform.name, Folder(platform.parent))


def build(platform: Path, folder: Path) -> Result:
    """Compile a platform and write what comes out below ``folder``."""
    result = result_of(platform)
    for name, text in result.files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return result
