"""docs/architecture.md and the layers of imports name every package and module of the compiler."""

from __future__ import annotations

import re
import tomllib

from tests.tools import ROOT

ROOMS = {
    path.stem
    for path in (ROOT / "compiler/platc_compiler").iterdir()
    if path.suffix == ".py" or (path / "__init__.py").is_file()
} - {"__init__"}


def test_the_documentation_names_every_room_and_no_other() -> None:
    text = (ROOT / "docs/architecture.md").read_text("utf-8")
    table = text.partition("## Packages")[2].partition("\n## ")[0]
    named = re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)
    assert sorted(named) == sorted(ROOMS)


def test_the_documentation_lists_rooms_in_the_order_of_their_layers() -> None:
    text = (ROOT / "docs/architecture.md").read_text("utf-8")
    named = re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    (layers,) = (c["layers"] for c in contracts["contracts"] if c["type"] == "layers")
    level = {
        name.strip(): height
        for height, layer in enumerate(layers)
        for name in re.split(r"[|:]", layer)
    }
    assert level.keys() == ROOMS
    heights = [level[name] for name in named if name in level]
    assert heights == sorted(heights)


def test_tests_stand_in_folders_named_after_the_rooms() -> None:
    tests = ROOT / "tests"
    folders = {path.name for path in tests.iterdir() if any(path.glob("**/test_*.py"))}
    assert folders - ROOMS == {"fuzz", "golden", "properties", "real", "repository"}
    alone = {path.stem.removeprefix("test_") for path in tests.glob("test_*.py")}
    assert alone <= ROOMS, "a test directly in tests/ is of a module of that name"
