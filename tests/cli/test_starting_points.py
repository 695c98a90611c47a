"""Every starting point of ``platc init``, in a folder of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.test_transcripts import run

NAMES = [line.split()[0] for line in run("platc init --list", Path.cwd()).splitlines()]


def test_the_smallest_comes_first() -> None:
    assert NAMES[0] == "minimal"


@pytest.mark.parametrize("name", NAMES)
def test_a_starting_point_has_all_that_it_names(name: str, tmp_path: Path) -> None:
    assert "[exit" not in run(f"platc init {name}", tmp_path)
    told = run("platc check", tmp_path)
    assert "error" not in told
    assert "[exit" not in told
    assert "../" not in (tmp_path / "platform.yaml").read_text("utf-8").splitlines()[0]
