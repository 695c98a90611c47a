"""What a cold ``platc build`` costs beside importing the libraries it stands on.

Both are new processes, run in turn so that a slow moment of the machine meets both. ``cold`` is a
build in a fresh copy of the platform as it is committed, with its output, and ``first`` one without
any output; neither has a cache of its own in the user's folder. Times are medians in milliseconds,
by the wall clock and by what all processors spent, the second process of a build included; memory
is the peak resident set of the first in MiB.
"""

import contextlib
import ctypes
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PLATC = Path(sys.executable).with_name("platc")
IMPORTS = (sys.executable, "-c", "import pydantic, jinja2, click")
ROUNDS = 15
PR_SET_CHILD_SUBREAPER = 36
AIM = 3.0
"""A cold build may take this many times the imports."""


@dataclass(frozen=True)
class Run:
    """One process that has ended: seconds by the clock and of the processor, MiB at the peak."""

    seconds: float
    processor: float
    mebibytes: float


def run(command: Sequence[str | Path], folder: Path, environment: Mapping[str, str]) -> Run:
    """Run COMMAND in FOLDER and measure it.

    Raises:
        SystemExit: the command fails.
    """
    started = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    processor = usage.ru_utime + usage.ru_stime + orphans()
    complaint = process.stderr.read() if process.stderr else b""
    if os.waitstatus_to_exitcode(status):
        sys.exit(f"{command[0]} failed:\n{complaint.decode(errors='replace')}")
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return Run(seconds, processor, usage.ru_maxrss / unit)


def adopt() -> None:
    """Become the parent of what the measured processes leave behind, to count its time too."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def orphans() -> float:
    """Wait for what was left behind, and return its seconds of the processor."""
    seconds = 0.0
    with contextlib.suppress(ChildProcessError):
        while True:
            _, _, usage = os.wait3(0)
            seconds += usage.ru_utime + usage.ru_stime
    return seconds


def platform_copy(folder: Path, *, with_output: bool) -> Path:
    """Copy into FOLDER the reference platform as it is committed, or without its output."""
    folder.mkdir()
    for file in ROOT.glob("*.yaml"):
        shutil.copy(file, folder)
    shutil.copytree(ROOT / "dags", folder / "dags")
    if with_output:
        shutil.copytree(ROOT / "out", folder / "out")
    return folder


def summary(label: str, runs: Sequence[Run]) -> str:
    """Return one line of the report."""
    times = [run.seconds * 1000 for run in runs]
    processor = statistics.median(run.processor * 1000 for run in runs)
    memory = statistics.median(run.mebibytes for run in runs)
    return (
        f"{label:<32}{statistics.median(times):6.0f} ms"
        f" (min {min(times):.0f}, max {max(times):.0f}){processor:7.0f} ms cpu{memory:7.1f} MiB"
    )


def ratio(runs: Sequence[Run], base: Sequence[Run]) -> str:
    """Return how many times BASE the RUNS take, by the clock and by the processor."""
    clock = statistics.median(r.seconds for r in runs) / statistics.median(r.seconds for r in base)
    cpu = statistics.median(r.processor for r in runs) / statistics.median(
        r.processor for r in base
    )
    return f"{clock:.2f} by the clock, {cpu:.2f} by the processor"


def main() -> None:
    """Measure and print."""
    adopt()
    with tempfile.TemporaryDirectory(prefix="platc-bench-") as scratch:
        runs: dict[str, list[Run]] = {"imports": [], "cold": [], "first": []}
        for number in range(-1, ROUNDS):
            home = Path(scratch) / f"home{number}"
            home.mkdir()
            environment = {
                "PATH": os.environ["PATH"],
                "HOME": str(home),
                "XDG_CACHE_HOME": str(home / "cache"),
            }
            platform = platform_copy(Path(scratch) / f"platform{number}", with_output=True)
            first = platform_copy(Path(scratch) / f"first{number}", with_output=False)
            commands = {"imports": IMPORTS, "cold": (PLATC, "build"), "first": (PLATC, "build")}
            for label, command in commands.items():
                measured = run(command, first if label == "first" else platform, environment)
                if number >= 0:  # The first round compiles Python's own bytecode.
                    runs[label].append(measured)
    print(f"start-up, {ROUNDS} rounds, interleaved, Python {sys.version.split()[0]}")
    print(summary("import pydantic, jinja2, click", runs["imports"]))
    print(summary("platc build, cold", runs["cold"]))
    print(summary("platc build, without out/", runs["first"]))
    for label in ("cold", "first"):
        print(f"{label} : imports = {ratio(runs[label], runs['imports'])} (aim: at most {AIM:.1f})")


if __name__ == "__main__":
    main()
