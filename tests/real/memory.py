"""The memory of a program and of all that it starts."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

MIB = 1 << 20


def held(session: int) -> int:
    """Return what the processes of a session hold, in bytes; shared pages count once.

    A container is charged for the same pages, and for files that it reads, which the kernel takes
    back before it kills (``memory.max`` in Documentation/admin-guide/cgroup-v2.rst).
    """
    return sum(_proportional(process) for process in _of_session(session))


def settled(session: int, within: float = 90) -> int:
    """Return the most that they held until it has not grown by a fiftieth for eight seconds."""
    most, since, end = held(session), time.monotonic(), time.monotonic() + within
    while time.monotonic() < min(end, since + 8):
        time.sleep(0.5)
        now = held(session)
        if now > most * 1.02:
            since = time.monotonic()
        most = max(most, now)
    return most


def _of_session(session: int) -> list[Path]:
    found = []
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            try:
                if os.getsid(int(process.name)) == session:
                    found.append(process)
            except ProcessLookupError:
                continue
    return found


def end(session: int) -> None:
    """Kill the processes of a session, those that have left their group too."""
    for process in _of_session(session):
        with suppress(ProcessLookupError):
            os.kill(int(process.name), signal.SIGKILL)


def _proportional(process: Path) -> int:
    try:
        lines = (process / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) << 10 for line in lines if line.startswith("Pss:"))
