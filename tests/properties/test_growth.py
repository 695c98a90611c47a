"""What a service costs does not depend much on how many there are of its kind."""

from __future__ import annotations

import cProfile
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from platc_compiler.pipeline import compile_platform
from platc_compiler.source.beside import Folder
from platc_compiler.source.emit import yaml_text
from platc_compiler.source.load import load
from platc_compiler.source.source import Source
from tests.tools import ROOT

COPIES = 200
MOST = 25_000
"""Calls of functions for each copy. No kind takes more than 20,000; a
check that compares each three of 200 takes 40,000 more."""

Place = tuple[Path, str]


def _first_of_each_kind() -> Mapping[str, Place]:
    found: dict[str, Place] = {}
    for path in (ROOT / "platform.yaml", *sorted(ROOT.glob("tests/golden/platforms/*.yaml"))):
        for name, service in load(path.read_text("utf-8")).data["services"].items():
            found.setdefault(service["kind"], (path, name))
    return found


KINDS = _first_of_each_kind()


def _calls(data: dict[str, Any], name: str, copies: int, folder: Path) -> int:
    """Return how many functions are called to compile a platform with copies of a service.

    Calls are counted, as seconds would depend on how busy the machine is.
    """
    whole = deepcopy(data)
    for number in range(copies):
        whole["services"][f"{name}-{number}"] = deepcopy(data["services"][name])
    profile = cProfile.Profile()
    profile.enable()
    compile_platform(Source(yaml_text(whole), beside=Folder(folder)))
    profile.disable()
    return sum(entry.callcount for entry in profile.getstats())


@pytest.mark.e2e
@pytest.mark.parametrize("kind", KINDS)
def test_each_of_many_services_costs_as_much_as_one_of_few(kind: str) -> None:
    path, name = KINDS[kind]
    data = load(path.read_text("utf-8")).data
    _calls(data, name, 1, path.parent)  # compiles the templates
    none, many = (_calls(data, name, copies, path.parent) for copies in (0, COPIES))
    assert many - none < MOST * COPIES
