"""Two paths change places in one step, where the system can do that."""

from __future__ import annotations

import errno
import os
from pathlib import Path

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_CANNOT = frozenset({errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP})


def exchange(one: Path, other: Path) -> bool:
    """Let two existing paths change places: every other process sees both before, or both after.

    It is renameat2(2) with ``RENAME_EXCHANGE``: Linux 3.15, glibc 2.28; the file system has to
    have it as well (ext4, XFS, Btrfs, tmpfs and overlayfs do, NFS does not).

    Returns:
        False where there is no such call, and nothing has happened.

    Raises:
        OSError: the system refuses.
    """
    try:
        # Imported here: it takes some 10 ms, and a build that changes nothing does not need it.
        import ctypes

        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except (ImportError, AttributeError, OSError, TypeError):
        return False
    names = (os.fsencode(one), os.fsencode(other))
    if renameat2(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE) == 0:
        return True
    fault = ctypes.get_errno()
    if fault in _CANNOT:
        return False
    raise OSError(fault, os.strerror(fault), str(one))
