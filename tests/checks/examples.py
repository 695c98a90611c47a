"""Examples of docstrings and case files as sources to compile."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from pathlib import Path

from platc_compiler.emit import yaml_text
from platc_compiler.explain import Fence
from platc_compiler.load import load, merge
from platc_compiler.pipeline import Source

ROOT = Path(__file__).parents[2]
MINIMAL = ROOT / "examples" / "minimal" / "platform.yaml"

CIPHERTEXT = base64.b64encode(b"\x02\x00" + bytes(512 + 16)).decode()
"""What a docstring writes as AgA…: of the form that the controller wants, and sealing nothing."""


def source(fences: Iterable[Fence]) -> Source:
    """Return what the fences of one example describe."""
    text = MINIMAL.read_text(encoding="utf-8")
    environment, sealed, templates = None, None, {}
    for fence in fences:
        words = dict(word.partition("=")[::2] for word in fence.words)
        if "sealed" in words:
            sealed = fence.text.replace("AgA…", CIPHERTEXT)
        elif "template" in words:
            templates[words["template"]] = fence.text
        else:
            text = fence.text if "whole" in words else merged(fence.text)
            environment = words.get("env")
    return Source(text, environment=environment, sealed=sealed, templates=templates)


def merged(text: str) -> str:
    """Return the smallest platform, changed by ``text``."""
    base = load(MINIMAL.read_text(encoding="utf-8")).data
    return yaml_text(merge(base, load(text).data))
