"""Examples of docstrings and case files as sources to compile."""

from __future__ import annotations

import base64
from collections.abc import Iterable

from platc_compiler.checks.pages import Fence
from platc_compiler.merging import merge
from platc_compiler.pipeline import compile_platform
from platc_compiler.source.beside import NOTHING, InMemory
from platc_compiler.source.emit import yaml_text
from platc_compiler.source.load import load
from platc_compiler.source.source import Source
from platc_compiler.write import inventory
from tests.sources import beside
from tests.tools import ROOT

MINIMAL = ROOT / "examples" / "minimal" / "platform.yaml"

CIPHERTEXT = base64.b64encode(b"\x02\x00" + bytes(512 + 16)).decode()
"""What a docstring writes as AgA…: of the form that the controller wants, and sealing nothing."""


def source(fences: Iterable[Fence]) -> Source:
    """Return what the fences of one example describe."""
    text = MINIMAL.read_text(encoding="utf-8")
    environment, sealed, templates, files, earlier = None, None, {}, {}, NOTHING
    for fence in fences:
        words = dict(word.partition("=")[::2] for word in fence.words)
        if "sealed" in words:
            sealed = fence.text.replace("AgA…", CIPHERTEXT)
        elif "earlier" in words:
            earlier = _built(fence.text)
        elif "template" in words:
            templates[words["template"]] = fence.text
        elif "file" in words:
            files[words["file"]] = fence.text
        else:
            text = fence.text if "whole" in words else merged(fence.text)
            environment = words.get("env")
    return Source(
        text, environment=environment, beside=beside(sealed, templates, files), earlier=earlier
    )


def _built(text: str) -> InMemory:
    """Return the folder that holds what a platform compiles to."""
    result = compile_platform(Source(merged(text)))
    assert result.platform is not None, result.diagnostics
    mark = inventory.text(result.platform.name, result.files)
    return InMemory({**result.files, inventory.NAME: mark})


def merged(text: str) -> str:
    """Return the smallest platform, changed by ``text``.

    What ``text`` speaks of comes first, so that the places of its faults stay where they are when
    the smallest platform grows.
    """
    over = load(text).data
    base = load(MINIMAL.read_text(encoding="utf-8")).data
    return yaml_text(_foremost(over, merge(base, over), depth=3))


def _foremost(over: object, whole: object, depth: int) -> object:
    """Order mappings by ``over``; below a service's keys order has a meaning, and is kept."""
    if not (depth and isinstance(over, dict) and isinstance(whole, dict)):
        return whole
    keys = [*(key for key in over if key in whole), *(key for key in whole if key not in over)]
    return {key: _foremost(over.get(key), whole[key], depth - 1) for key in keys}
