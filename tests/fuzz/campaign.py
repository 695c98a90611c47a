"""A campaign: inputs of every kind, tried by one process after the other."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from tests.fuzz.kinds import KINDS
from tests.tools import ROOT

_LONGEST = 3_600
"""Seconds on the wall after which an input counts as hanging, however busy the machine is."""
_TOLD = 1_500
"""Characters of what a dying process says."""


class Finding(Struct, frozen=True):
    """An input of which a property does not hold."""

    kind: str
    seed: int
    number: int
    what: str


class Figures(Struct):
    """What is known of the inputs that were tried."""

    outcomes: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    slowest: tuple[float, str] = (0.0, "")
    """Seconds of processor time, and the input."""
    mebibytes: tuple[int, str] = (0, "")
    """The most memory of a process, and the input after which it had so much."""

    @property
    def tried(self) -> int:
        """How many inputs."""
        return self.outcomes.total()

    def add(self, other: Figures) -> None:
        """Take the figures of further inputs."""
        self.outcomes += other.outcomes
        self.findings += other.findings
        self.slowest = max(self.slowest, other.slowest)
        self.mebibytes = max(self.mebibytes, other.mebibytes)


def shares(count: int, names: Sequence[str]) -> dict[str, int]:
    """Return how many inputs of each kind are among so many."""
    whole = sum(KINDS[name].share for name in names)
    return {name: max(1, count * KINDS[name].share // whole) for name in names}


def chunks(count: int, names: Sequence[str], size: int, first: int) -> Iterator[tuple[str, range]]:
    """Yield stretches of numbers, of all kinds in turn, so that a part of a campaign is mixed."""
    wanted = shares(count, names)
    rounds = max(1, count // size)
    for turn in range(rounds):
        for name in names:
            start, end = (wanted[name] * part // rounds for part in (turn, turn + 1))
            if end > start:
                yield name, range(first + start, first + end)


def run(
    seed: int,
    parts: Iterator[tuple[str, range]],
    tell: Callable[[str, range, Figures], object] = lambda *_: None,
) -> dict[str, Figures]:
    """Try inputs, and return the figures by kind.

    Args:
        seed: an input is made of the seed, its kind and its number.
        parts: kinds and numbers; each is tried by a process of its own.
        tell: receives the figures of each part.
    """
    found: dict[str, Figures] = {}
    for name, numbers in parts:
        figures, rest = Figures(), numbers
        while rest:
            part, rest = _tried(name, seed, rest)
            figures.add(part)
        found.setdefault(name, Figures()).add(figures)
        tell(name, numbers, figures)
    return found


def _tried(name: str, seed: int, numbers: range) -> tuple[Figures, range]:
    """Return the figures of a stretch up to an input that kills its process, and the rest."""
    with tempfile.TemporaryDirectory() as folder:
        mark, said, last = (Path(folder, part) for part in ("mark", "said", "last words"))
        mark.write_bytes(f"{numbers.start:16}".encode())
        arguments = [name, str(seed), str(numbers.start), str(len(numbers)), str(mark)]
        with said.open("wb") as out, last.open("wb") as err:
            worker = subprocess.Popen(
                [sys.executable, "-m", "tests.fuzz.worker", *arguments],
                cwd=ROOT, stdout=out, stderr=err,
            )  # fmt: skip
            ended = _watched(worker, mark)
        lines = [json.loads(line) for line in said.read_text("utf-8").splitlines()]
        words = last.read_text("utf-8", "replace")
        at = int(mark.read_bytes())
    figures = _figures(name, seed, lines)
    if ended == 0:
        return figures, range(0)
    figures.outcomes["tried by a process that died"] += at - numbers.start
    figures.outcomes["finding"] += 1
    figures.findings.append(Finding(name, seed, at, f"{_how(ended)}: {words[:_TOLD]}"))
    return figures, range(at + 1, numbers.stop)


def _watched(worker: subprocess.Popen[bytes], mark: Path) -> int:
    """Return how a process ends; kill it when it tries one input for too long."""
    held, since = b"", time.monotonic()
    while True:
        try:
            return worker.wait(timeout=1)
        except subprocess.TimeoutExpired:
            now = mark.read_bytes()
            if now != held:
                held, since = now, time.monotonic()
            elif time.monotonic() - since > _LONGEST:
                worker.kill()


def _how(ended: int) -> str:
    if ended == -signal.SIGPROF:
        return "more than 3 s"
    return f"killed by {signal.Signals(-ended).name}" if ended < 0 else f"exit code {ended}"


def _figures(name: str, seed: int, lines: Sequence[dict[str, Any]]) -> Figures:
    figures = Figures()
    for line in lines:
        if "finding" in line:
            finding = Finding(name, seed, line["number"], line["finding"])
            figures.findings.append(finding)
        elif "outcomes" in line:
            figures.outcomes += Counter(line["outcomes"])
            figures.slowest = (line["slowest"], f"{name} {seed} {line['slowest_at']}")
            figures.mebibytes = (line["mebibytes"], f"{name} {seed} {line['mebibytes_at']}")
    return figures
