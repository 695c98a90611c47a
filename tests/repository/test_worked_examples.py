"""The worked examples of docs/extending.md, followed to the letter in a copy of the repository."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from msgspec import Struct

from tests.tools import ROOT

GUIDE = ROOT / "docs/extending.md"
MOST_BY_HAND = {"A kind": 5, "A check": 2, "A target": 2}
"""Files that are written or changed by hand, at most."""
BLOCK = re.compile(
    r"^(?P<fence>`{3,})(?P<language>\w+)(?: file=(?P<file>\S+))?\n(?P<text>.*?)^(?P=fence)\n",
    re.MULTILINE | re.DOTALL,
)


class Block(Struct, frozen=True):
    """A fenced block of the guide."""

    language: str
    file: str
    text: str


def blocks(title: str) -> list[Block]:
    """Return the blocks of one example, in their order."""
    section = re.split(r"^## ", GUIDE.read_text("utf-8"), flags=re.MULTILINE)
    (text,) = (part for part in section if part.startswith(f"{title}\n"))
    return [Block(m["language"], m["file"] or "", m["text"]) for m in BLOCK.finditer(text)]


def added(old: str, change: str) -> str:
    """Return a text with the lines of a change that begin with a plus, behind the others."""
    lines = change.splitlines(keepends=True)
    before = "".join(line[1:] for line in lines if line.startswith(" "))
    new = "".join(line[1:] for line in lines if line.startswith("+"))
    assert old.count(before) == 1, f"{before!r} stands there {old.count(before)} times"
    return old.replace(before, before + new)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a copy of what git tracks, with this environment."""
    tracked = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout.splitlines()  # fmt: skip
    for name in tracked:
        if (ROOT / name).is_file():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, tmp_path / name)
            # Older than what make has installed: it must install nothing of the copy.
            os.utime(tmp_path / name, (1, 1))
    for name in (".venv", ".tools"):
        if (ROOT / name).exists():
            (tmp_path / name).symlink_to(ROOT / name)
    return tmp_path


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command of the guide on the sources of the copy."""
    sources = os.pathsep.join(str(folder / name) for name in ("spec", "compiler", "templates"))
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "MAKE"))}
    environment |= {"PYTHONPATH": sources, "PLATC_UPDATE_GOLDEN": ""}
    if "golden" not in command:
        environment.pop("PLATC_UPDATE_GOLDEN")
    return subprocess.run(
        ["bash", "-c", command],
        cwd=folder, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.e2e
@pytest.mark.parametrize("title", MOST_BY_HAND)
def test_a_worked_example_holds_as_it_is_written(title: str, copy: Path) -> None:
    for block in blocks(title):
        path = copy / block.file
        if block.language == "console":
            for line in block.text.splitlines():
                done = run(line.removeprefix("$ "), copy)
                assert done.returncode == 0, f"{line}\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
        elif block.language == "diff":
            path.write_text(added(path.read_text("utf-8"), block.text), "utf-8")
        else:
            assert not path.exists(), f"{block.file} is there already"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, "utf-8")


@pytest.mark.parametrize(("title", "most"), MOST_BY_HAND.items())
def test_a_worked_example_takes_few_files_by_hand(title: str, most: int) -> None:
    assert len({block.file for block in blocks(title) if block.file}) <= most
