"""Complete transcripts of the command line, one behaviour each.

A transcript is a text: ``$ command`` lines with everything that they print, on both streams,
and ``[exit N]`` where N is not 0; after it, ``-- path --`` begins each file that the folder holds
at the start. With PLATC_UPDATE_GOLDEN=1 the outputs are written anew.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.golden.compare import assert_golden

HERE = Path(__file__).resolve().parent
TRANSCRIPTS = sorted((HERE / "transcripts").glob("*.txt"))
_FILE = re.compile(r"^-- (\S+) --\n", re.MULTILINE)


def run(line: str, folder: Path) -> str:
    """Return what a command prints, with its exit code where that is not 0."""
    words = shlex.split(line)
    ours = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "NO_COLOR": "1", "COLUMNS": "100", "PATH": ours}
    done = subprocess.run(
        words, cwd=folder, env=environment, text=True, check=False, timeout=120,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    return done.stdout + (f"[exit {done.returncode}]\n" if done.returncode else "")


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda p: p.stem)
def test_the_command_line_answers_as_written(path: Path, tmp_path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    script, *parts = _FILE.split(text)
    for name, content in zip(parts[::2], parts[1::2], strict=True):
        target = tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content, encoding="utf-8")
    commands = [line[2:] for line in script.splitlines() if line.startswith("$ ")]
    assert commands, "a transcript without a command proves nothing"
    actual = "".join(f"$ {command}\n{run(command, tmp_path)}" for command in commands)
    files = text[len(script) :]
    assert_golden(path, actual + ("\n" if files else "") + files)
