"""``out/`` is replaced as a whole or not at all, and files of others in it stay.

A new folder is filled beside ``out/``, and the two change places in one step (``disk.exchange``),
so that ``out/`` is the old or the new one, whole, at every moment. What others put into the old one
is linked into the new one before that. Where the system has no such step, two renames take its
place, and a build that is killed between them is put right by the next one.

A build that is killed leaves a hidden folder beside ``out/``. The next build removes it: without
an inventory it was never finished; with one it holds the same as ``out/``, or what came before.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from msgspec.structs import replace

from platc_compiler.disk.alone import alone_in, without_signals
from platc_compiler.disk.exchange import exchange
from platc_compiler.disk.replace import clear_files
from platc_compiler.disk.temporary import left_behind, temporary
from platc_compiler.write import Changes, NotOurs, compare, inventory
from platc_compiler.write.held import Held, folders_of, holds, refuse_file, refuse_link

_MOST_NAMED = 5


def replace_folder(
    folder: Path, files: Mapping[str, str], platform: str, environment: str = ""
) -> Changes:
    """Make ``folder`` hold ``files``; on a failure it holds what it held before.

    Args:
        folder: made if there is none.
        files: every file that the platform becomes, by path below the folder.
        platform: the platform's name.
        environment: the environment that is built; empty for none.

    Raises:
        NotOurs: something stands in the way that platc did not write for this platform.
        OSError: the disk does not take it.
    """
    new = {path: text.encode() for path, text in files.items()}
    mark = inventory.Inventory(platform, frozenset(new), environment)
    refuse_link(folder)
    refuse_file(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with alone_in(folder.parent) as alone, without_signals():
        if alone:
            _finish_killed(folder)
            clear_files(folder.parent)
        held = holds(folder, new, platform)
        changes = compare(held.ours, new)
        if held.inventory != mark or changes.added or changes.changed or changes.removed:
            _replace(folder, held, new, mark)
        return replace(changes, remarks=tuple(_remarks(folder, held, alone=alone)))


def _remarks(folder: Path, held: Held, *, alone: bool) -> Iterator[str]:
    # Where nobody can be alone, what is unfinished may be of a build that is running.
    for left in left_behind(folder) if alone else ():
        yield (
            f"{left} is left of a build, and holds what cannot be removed or differs from what is"
            f" in {folder}; take out what you need, and remove it"
        )
    if held.foreign:
        named = ", ".join(held.foreign[:_MOST_NAMED])
        more = len(held.foreign) - _MOST_NAMED
        rest = f" and {more} more" if more > 0 else ""
        yield f"{folder} also holds what platc did not write; it stays: {named}{rest}"


def _replace(folder: Path, held: Held, new: Mapping[str, bytes], mark: inventory.Inventory) -> None:
    fresh = temporary(folder)
    try:
        _make(fresh, new)
        if held.inventory is not None:
            _link_foreign(folder, fresh, held.foreign)
        _mark(fresh, inventory.text(mark.platform, mark.listed, mark.environment))
        if held.inventory is not None:
            _resemble(folder, fresh)
            os.utime(fresh)
        old = _swap(folder, fresh, held)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    if old is not None:
        # out/ is new by now: what cannot be taken away is left to the next build.
        with suppress(OSError):
            _take_apart(old, folder, just_replaced=True)


def _make(folder: Path, files: Mapping[str, bytes]) -> None:
    folder.mkdir()
    for below in sorted(folders_of(files)):
        os.mkdir(os.path.join(folder, below))
    for path, content in files.items():
        with open(os.path.join(folder, path), "wb") as stream:
            stream.write(content)


def _mark(folder: Path, text: str) -> None:
    """Write the inventory, which says that everything else is there, in one step."""
    draft = folder / f"{inventory.NAME}.new"
    draft.write_bytes(text.encode())
    draft.rename(folder / inventory.NAME)


def _swap(folder: Path, fresh: Path, held: Held) -> Path | None:
    """Put ``fresh`` in the place of ``folder``, and return where that is now, if there was one.

    Raises:
        NotOurs: ``folder`` cannot change its place.
        OSError: the disk does not let that happen.
    """
    try:
        return _swapped(folder, fresh, held)
    except OSError as fault:
        # Of a folder in a lower layer of overlayfs, and of a mount point (rename(2)).
        if fault.errno not in {errno.EXDEV, errno.EBUSY}:
            raise
        raise NotOurs(
            f"{folder} is a mount point, or in a layer of an image below this one, and cannot be"
            f" replaced; name a folder in it with -o {folder / folder.name}"
        ) from None


def _swapped(folder: Path, fresh: Path, held: Held) -> Path | None:
    if held.inventory is None:
        # By rename(2) it takes the place of a folder as well, if that is empty.
        fresh.rename(folder)
        return None
    if exchange(folder, fresh):
        return fresh
    old = temporary(folder)
    folder.rename(old)
    try:
        fresh.rename(folder)
    except BaseException:
        old.rename(folder)
        raise
    return old


def _link_foreign(source: Path, target: Path, foreign: Iterable[str]) -> None:
    """Let what others put into ``source`` stand in ``target`` too: the same files, not copies.

    Where a file cannot have a second link, it is moved after the exchange (``_take_apart``).

    Raises:
        NotOurs: there is another file system in it, or a folder that belongs to another user.
        OSError: the system does not let it be read.
    """
    waiting = [path.rstrip("/") for path in foreign]
    made: list[str] = []
    while waiting:
        path = waiting.pop()
        there, here = os.path.join(source, path), os.path.join(target, path)
        os.makedirs(os.path.dirname(here), exist_ok=True)
        if os.path.isdir(there) and not os.path.islink(there):
            _refuse_of_others(there)
            os.makedirs(here, exist_ok=True)
            made.append(path)
            waiting += [f"{path}/{name}" for name in os.listdir(there)]
        else:
            _link(there, here)
    for path in reversed(made):
        _resemble(os.path.join(source, path), os.path.join(target, path))


def _refuse_of_others(folder: str) -> None:
    """Refuse a folder that can be neither made again for its owner nor moved (rename(2))."""
    user = os.geteuid() if hasattr(os, "geteuid") else 0
    if user not in {0, os.stat(folder).st_uid}:
        raise NotOurs(f"{folder} belongs to another user: move it away")


def _resemble(source: str | Path, target: str | Path) -> None:
    """Give a folder the permissions, the owner and the times of another."""
    status = os.stat(source)
    if hasattr(os, "chown"):
        with suppress(OSError):
            os.chown(target, status.st_uid, status.st_gid)
    shutil.copystat(source, target)


def _link(there: str, here: str) -> None:
    try:
        os.link(there, here, follow_symlinks=False)
    except FileNotFoundError:
        pass
    except OSError as fault:
        if fault.errno == errno.EXDEV:
            raise NotOurs(f"{there} is on another file system: move it away") from None
        if fault.errno not in {errno.EPERM, errno.EMLINK, errno.EOPNOTSUPP, errno.ENOTSUP}:
            raise


def _finish_killed(folder: Path) -> None:
    """Bring to an end what killed builds have left beside a folder.

    What cannot be removed stays, and is named by ``_remarks``.
    """
    for left in left_behind(folder):
        with suppress(OSError):
            if inventory.read(left) is None:
                shutil.rmtree(left)
            elif not folder.exists():
                left.rename(folder)
            else:
                _take_apart(left, folder, just_replaced=False)


def _take_apart(old: Path, folder: Path, *, just_replaced: bool) -> None:
    """Remove a folder that ``folder`` has taken the place of; what others put there goes over.

    Args:
        old: the folder, with its inventory.
        folder: the one that has taken its place.
        just_replaced: it has come out of ``folder`` this moment. A file of somebody else that
            differs from the one that was linked has then been changed in between, and is the newer
            one; later it may be the older one, and stays where it is.

    Raises:
        OSError: the disk does not let that happen.
    """
    ours: set[str] = set()
    for of in (old, folder):
        known = inventory.read(of)
        ours |= known.listed if known is not None else frozenset()
    passed = folders_of(ours)
    _open_up(old)
    folders: list[str] = []
    waiting = [""]
    while waiting:
        above = waiting.pop()
        for entry in list(os.scandir(os.path.join(old, above))):
            path = f"{above}/{entry.name}" if above else entry.name
            there = os.path.join(folder, path)
            if entry.is_dir(follow_symlinks=False) and (path in passed or os.path.lexists(there)):
                _open_up(entry.path)
                waiting.append(path)
                folders.append(path)
            elif path in ours:
                os.unlink(entry.path)
            elif path != inventory.NAME:
                _hand_over(entry.path, there, overwrite=just_replaced)
    for path in reversed(folders):
        with suppress(OSError):
            os.rmdir(os.path.join(old, path))
    # The inventory goes last: without it the next build would hand nothing over.
    if os.listdir(old) == [inventory.NAME]:
        shutil.rmtree(old)


def _open_up(folder: str | Path) -> None:
    """Let files go out of a folder, which they cannot if it is not to be written."""
    with suppress(OSError):
        os.chmod(folder, 0o700)


def _hand_over(source: str, target: str, *, overwrite: bool) -> None:
    """Move what is somebody else's, unless it is there already."""
    if os.path.lexists(target):
        if os.path.samestat(os.lstat(source), os.lstat(target)):
            os.unlink(source)
        elif overwrite:
            os.replace(source, target)
    else:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        os.rename(source, target)
