"""One process, measured from outside; and what several runs of it come to."""

import contextlib
import ctypes
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True)
class Run:
    """A command that has ended.

    Seconds are by the clock, and of all processors and processes together; MiB are the peak
    resident set of the largest process.
    """

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
    usages = [usage, *_orphans()]
    processor = sum(each.ru_utime + each.ru_stime for each in usages)
    peak = max(each.ru_maxrss for each in usages)
    complaint = process.stderr.read() if process.stderr else b""
    if os.waitstatus_to_exitcode(status):
        sys.exit(f"{' '.join(map(str, command))} failed:\n{complaint.decode(errors='replace')}")
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return Run(seconds, processor, peak / unit)


def adopt() -> None:
    """Become the parent of what the measured processes leave behind, to measure it too."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _orphans() -> Iterator[resource.struct_rusage]:
    """Wait for what was left behind, and yield what each of it has used."""
    with contextlib.suppress(ChildProcessError):
        while True:
            yield os.wait3(0)[2]


def summary(label: str, runs: Sequence[Run]) -> str:
    """Return one line of the report: medians, and the shortest time."""
    clock, processor = [r.seconds * 1000 for r in runs], [r.processor * 1000 for r in runs]
    memory = statistics.median(r.mebibytes for r in runs)
    return (
        f"{label:<44}{statistics.median(clock):7.0f} ms{statistics.median(processor):7.0f} ms cpu"
        f" (min {min(processor):.0f}){memory:7.1f} MiB"
    )


def ratio(runs: Sequence[Run], base: Sequence[Run]) -> str:
    """Return how many times BASE the RUNS take: by the clock, by the processor, in memory."""

    def of(figure: Callable[[Run], float]) -> float:
        return statistics.median(map(figure, runs)) / statistics.median(map(figure, base))

    clock, processor = of(lambda r: r.seconds), of(lambda r: r.processor)
    least = min(r.processor for r in runs) / min(r.processor for r in base)
    memory = of(lambda r: r.mebibytes)
    return (
        f"{clock:.2f} by the clock, {processor:.2f} by the processor ({least:.2f} of minima),"
        f" {memory:.2f} in memory"
    )
