"""A file is replaced in one step, so that nobody ever finds half of it."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from platc_compiler.disk.temporary import left_in, temporary


def replace_file(
    path: Path, content: bytes, mode: int | None = None, *, sync: bool = False
) -> None:
    """Replace a file in one step, or make it.

    Args:
        path: no symbolic link (it would be replaced by a file).
        content: what the file is to hold.
        mode: permissions of a file that is made; left out, those that the process gives. A file
            that is replaced keeps its permissions, and its owner where the system allows that.
        sync: wait until the disk has it, for what cannot be made again after a power cut.

    Raises:
        OSError: the disk does not take it. The old file is there still, and nothing beside it.
    """
    fresh = temporary(path)
    before = _status(path)
    try:
        # Nobody else may open it before it has the permissions that it is to have.
        first = 0o666 if mode is None and before is None else 0o600
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, first)
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            if before is not None:
                _resemble(fresh, before)
            elif mode is not None:
                fresh.chmod(mode)
            if sync:
                stream.flush()
                os.fsync(handle)
        fresh.replace(path)
    finally:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)


def clear_files(folder: Path) -> None:
    """Remove the files that killed processes have left in a folder; the caller is alone in it."""
    for left in left_in(folder):
        with suppress(OSError):
            left.unlink()


def _status(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def _resemble(fresh: Path, before: os.stat_result) -> None:
    if hasattr(os, "chown"):
        with suppress(OSError):
            os.chown(fresh, before.st_uid, before.st_gid)
    fresh.chmod(stat.S_IMODE(before.st_mode))
