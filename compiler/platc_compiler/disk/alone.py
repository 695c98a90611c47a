"""One writer at a time in a folder, and no signal in the middle of its work."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def alone_in(folder: Path) -> Iterator[bool]:
    """Wait until no other process of platc writes in a folder, and keep the others waiting.

    The lock is on the folder itself, so that no lock file is left behind. It is advisory, and ends
    with the process, however that ends (flock(2)).

    Yields:
        Whether there is a lock: Windows and some network file systems have none for a folder.
    """
    handle = None
    locked = False
    with suppress(ImportError, OSError):
        import fcntl

        handle = os.open(folder, os.O_RDONLY)
        fcntl.flock(handle, fcntl.LOCK_EX)
        locked = True
    try:
        yield locked
    finally:
        if handle is not None:
            os.close(handle)


@contextmanager
def without_signals() -> Iterator[None]:
    """Let signals that end the process wait, where the system can make them."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    waiting = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, waiting)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
