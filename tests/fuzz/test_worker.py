"""What kills, halts or swells a process is found, and told of the input that did it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.tools import ROOT

HARM = """
import os, sys
from tests.fuzz import worker
from tests.fuzz.kind import Kind
from tests.fuzz.kinds import KINDS
def harm(texts):
    if texts["number"] == "3":
        {harm}
    return "answered"
numbers = iter(range(10))
KINDS["harm"] = Kind("harm", 1, lambda dice: {{"number": str(next(numbers))}}, harm)
worker.MOST_SECONDS = 0.3
sys.argv[1:] = ["harm", "1", "0", "5", sys.argv[1]]
worker.main()
"""


@pytest.mark.parametrize(
    ("harm", "ended"),
    [
        ("os.abort()", -6),
        ("os.kill(os.getpid(), 11)", -11),
        ("while True: pass", -27),
        ("sum(range(10**12))", -27),
        ("os._exit(9)", 9),
    ],
)
def test_a_process_that_dies_tells_the_number_of_its_input(
    harm: str, ended: int, tmp_path: Path
) -> None:
    mark = tmp_path / "mark"
    mark.write_bytes(b" " * 16)
    done = subprocess.run(
        [sys.executable, "-c", HARM.format(harm=harm), str(mark)],
        cwd=ROOT, capture_output=True, check=False,
    )  # fmt: skip
    assert (done.returncode, mark.read_bytes().strip()) == (ended, b"3")


def test_too_much_memory_is_a_finding_of_its_input(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    mark.write_bytes(b" " * 16)
    done = subprocess.run(
        [sys.executable, "-c", HARM.format(harm="bytes(1 << 30)"), str(mark)],
        cwd=ROOT, capture_output=True, check=True, text=True,
    )  # fmt: skip
    assert '{"number": 3, "finding": "MemoryError' in done.stdout
    assert '"outcomes": {"answered": 4, "finding": 1}' in done.stdout
