"""Whole compilations of platforms that resemble those of the repository."""

from __future__ import annotations

import json
from random import Random
from typing import Any

from platc_compiler import pipeline
from platc_compiler.ir.platform import Platform
from platc_compiler.pipeline import Rendered, compile_platform
from platc_compiler.source.beside import InMemory
from platc_compiler.source.emit import yaml_text
from platc_compiler.source.source import Source
from platc_compiler.templating.templates import Templates
from tests.fuzz import judge
from tests.fuzz.kind import Kind, Texts
from tests.fuzz.planted import plant
from tests.fuzz.trees import mutant, swollen

_PLANTED = "planted"
_CHECKS = "more"
"""What is tried beyond one compilation: ``twice``, ``written``."""
_LARGEST = 1 << 20


def _make(dice: Random) -> Texts:
    large = dice.random() < 0.004
    tree = swollen(dice, _LARGEST * 3 // 4) if large else mutant(dice)
    more: dict[str, str] = {}
    if dice.random() < 0.08:
        more[_PLANTED] = plant(dice, tree)
    if dice.random() < 0.15:
        more[_CHECKS] = dice.choice(("twice", "written"))
    return {judge.PLATFORM: _written(dice, tree), **more}


def _written(dice: Random, tree: Any) -> str:  # noqa: ANN401
    if dice.randrange(4):
        return yaml_text(tree)
    return json.dumps(tree, indent=dice.choice((None, 1)), ensure_ascii=False)


class _Counted:
    """Whether a compilation has come as far as rendering."""

    def __init__(self) -> None:
        self.rendered = False
        self._render = pipeline.render

    def __call__(self, platform: Platform, templates: Templates) -> Rendered:
        self.rendered = True
        return self._render(platform, templates)


_counted = _Counted()
pipeline.render = _counted
_TEMPLATES = Templates()
"""Those of platc, compiled once for all inputs."""


def answer(texts: Texts) -> str:
    """Compile a platform with all files beside it, and judge the result."""
    if len(texts[judge.PLATFORM].encode("utf-8", "replace")) > _LARGEST:
        return "too large"
    files = {name: text for name, text in texts.items() if name not in {_PLANTED, _CHECKS}}
    beside = {name: text for name, text in files.items() if name != judge.PLATFORM}
    planted = [texts[_PLANTED]] if texts.get(_PLANTED) else []
    source = Source(texts[judge.PLATFORM], beside=InMemory(beside))
    _counted.rendered = False
    own = any(name.endswith(".j2") for name in beside)
    result = compile_platform(source, None if own else _TEMPLATES)
    said = judge.result(result, files, planted)
    rendered = _counted.rendered
    more = texts.get(_CHECKS)
    if more == "twice":
        judge.same(result, compile_platform(Source(source.text, beside=source.beside)))
    elif more == "written" and not result.failed:
        judge.written(result)
    return f"rendered, {said}" if rendered else said


PLATFORMS = Kind("platforms", 110, _make, answer)
