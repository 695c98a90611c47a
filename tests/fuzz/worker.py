"""The process that the inputs are tried in: whatever kills it is told by its parent.

Its address space and its time for one input are limited by the system. Before each input it writes
the number of that input into a file that the parent reads when it has died.
"""

from __future__ import annotations

import faulthandler
import gc
import json
import mmap
import resource
import signal
import sys
import time
import traceback
from collections import Counter
from functools import cache
from pathlib import Path

from tests.fuzz.kind import Broken, Kind, Texts, dice
from tests.fuzz.kinds import KINDS

MOST_SECONDS = 3.0
"""Processor time of one input; a clock on the wall would measure how busy the machine is."""
_WORK = 1_000_000
"""Steps of a loop that is timed, to know the speed of the machine."""
_USUAL = 0.04
"""Seconds that they take on the machine on which three seconds were agreed on."""
MOST_BYTES = 1 << 30
"""The address space."""
_MARK = 16
"""Bytes of the number of the input that is being tried."""
_SLOW = 0.5
"""Seconds of which an input is told, though they are allowed."""


def main() -> None:
    """Try inputs: ``KIND SEED FIRST COUNT MARK``; print findings and figures as lines of JSON."""
    name, seed, first, count, mark = sys.argv[1:]
    kind = KINDS[name]
    _limit()
    gc.enable()  # the command, which is imported here, switches it off for its one platform
    with Path(mark).open("r+b") as file:
        here = mmap.mmap(file.fileno(), _MARK)
        _try_all(kind, int(seed), range(int(first), int(first) + int(count)), here)


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    faulthandler.enable()
    # The traceback is written by C code, then the signal ends the process as it always does.
    faulthandler.register(signal.SIGPROF, chain=True)


def _try_all(kind: Kind, seed: int, numbers: range, here: mmap.mmap) -> None:
    outcomes: Counter[str] = Counter()
    slowest, slowest_at, most = 0.0, numbers.start, 0
    most_at = numbers.start
    for number in numbers:
        here[:] = f"{number:{_MARK}}".encode()
        texts = kind.make(dice(seed, kind.name, number))
        outcome, seconds = tried(kind, texts)
        if seconds > slowest:
            slowest, slowest_at = seconds, number
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
        if peak > most:
            most, most_at = peak, number
        if outcome.startswith("!"):
            _say({"number": number, "finding": outcome[1:]})
            outcome = "finding"
        elif seconds > _SLOW:
            _say({"number": number, "slow": round(seconds, 2)})
        outcomes[outcome] += 1
    figures = {
        "outcomes": outcomes, "slowest": round(slowest, 3), "slowest_at": slowest_at,
        "mebibytes": most, "mebibytes_at": most_at,
    }  # fmt: skip
    _say(figures)


@cache
def slowness() -> float:
    """Return how many times as long as usual this machine takes, 1 at least."""
    best = float("inf")
    for _ in range(5):
        begun, total = time.process_time(), 0
        for number in range(_WORK):
            total += number & 3
        best = min(best, time.process_time() - begun)
    return max(1.0, best / _USUAL)


def tried(kind: Kind, texts: Texts) -> tuple[str, float]:
    """Return the outcome of an input, after ``!`` if it is a fault, and its processor time."""
    most = MOST_SECONDS * slowness()
    begun = time.process_time()
    signal.setitimer(signal.ITIMER_PROF, most)
    try:
        outcome = kind.answer(texts)
    except Broken as broken:
        outcome = f"!{broken}"
    except Exception as fault:  # noqa: BLE001 - any is a finding
        frames = traceback.extract_tb(fault.__traceback__)[-4:]
        where = " < ".join(
            f"{f.filename.rpartition('/')[2]}:{f.lineno} {f.name}" for f in frames[::-1]
        )
        outcome = f"!{type(fault).__name__}: {str(fault)[:200]} at {where}"
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return outcome, time.process_time() - begun


def _say(line: object) -> None:
    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
