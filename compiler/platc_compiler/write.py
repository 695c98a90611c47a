"""Files to the disk: ``out/`` is replaced as a whole or not at all."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from msgspec import Struct

MARKER = ".platc"
"""The file by which ``out/`` is known to be ours to replace."""
_MARK = "This folder is written by platc and replaced as a whole: edit platform.yaml instead.\n"


class NotOurs(Exception):  # noqa: N818 - a refusal
    """The folder holds something that platc did not write."""


class Changes(Struct, frozen=True):
    """What a build has changed, by path below the folder."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    same: int


def compare(folder: Path, files: Mapping[str, str]) -> Changes:
    """Return what writing ``files`` would change below ``folder``."""
    there = _contents(folder)
    new = {path: text.encode() for path, text in files.items()}
    return Changes(
        added=tuple(sorted(new.keys() - there.keys())),
        changed=tuple(sorted(p for p in new.keys() & there.keys() if new[p] != there[p])),
        removed=tuple(sorted(there.keys() - new.keys())),
        same=sum(new[p] == there[p] for p in new.keys() & there.keys()),
    )


def _contents(folder: Path) -> dict[str, bytes]:
    there: dict[str, bytes] = {}
    for where, _, names in os.walk(folder):
        below = Path(where).relative_to(folder).as_posix()
        for name in names:
            path = os.path.join(where, name)
            if name != MARKER and os.path.isfile(path):
                with open(path, "rb") as stream:
                    there[name if below == "." else f"{below}/{name}"] = stream.read()
    return there


def refuse_foreign(folder: Path) -> None:
    """Refuse a folder that is not ours to replace.

    Raises:
        NotOurs: it is a file, or holds something and bears no mark of platc.
    """
    if folder.is_symlink():
        raise NotOurs(
            f"{folder} is a symbolic link, and a folder is replaced as a whole; name the folder"
            f" itself with -o {folder.readlink()}"
        )
    _refuse_file(folder)
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MARKER).is_file():
        raise NotOurs(f"{folder} holds files that platc did not write; name another folder with -o")


def _refuse_file(folder: Path) -> None:
    """Refuse a folder that cannot be made, because a file stands in its place or in its way."""
    for path in (folder, *folder.parents):
        if path.is_dir():
            return
        if path.exists() or path.is_symlink():
            raise NotOurs(f"{path} is no folder")


_unfinished: set[Path] = set()
"""Folders that are being made, to be removed by whoever ends the process at once."""


def abandon() -> None:
    """Remove what is half made."""
    for folder in _unfinished:
        shutil.rmtree(folder, ignore_errors=True)


def replace_folder(folder: Path, files: Mapping[str, str]) -> Changes:
    """Make ``folder`` hold exactly ``files``; on a failure it holds what it held before.

    Raises:
        NotOurs: the folder is not ours to replace.
        OSError: the disk does not take it.
    """
    refuse_foreign(folder)
    changes = compare(folder, files)
    differ = changes.added or changes.changed or changes.removed
    if differ or not (folder / MARKER).is_file():
        with _made_beside(folder, files) as fresh, _alone_in(folder.parent), _without_signals():
            _swap(folder, fresh)
    return changes


@contextmanager
def _made_beside(folder: Path, files: Mapping[str, str]) -> Iterator[Path]:
    """Make a folder that holds ``files``; where it still stands at the end, remove it."""
    fresh = _beside(folder)
    _unfinished.add(fresh)
    try:
        fresh.mkdir(parents=True)
        _fill(fresh, files)
        yield fresh
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
        _unfinished.discard(fresh)


def _fill(folder: Path, files: Mapping[str, str]) -> None:
    for directory in sorted({os.path.dirname(path) for path in files}):
        os.makedirs(os.path.join(folder, directory), exist_ok=True)
    for path, text in files.items():
        with open(os.path.join(folder, path), "wb") as stream:
            stream.write(text.encode())
    (folder / MARKER).write_text(_MARK, encoding="utf-8")


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Let one build at a time replace something in a folder, where the system can see to it."""
    handle = None
    with suppress(ImportError, OSError):
        import fcntl

        handle = os.open(folder, os.O_RDONLY)
        fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        yield
    finally:
        if handle is not None:
            os.close(handle)


@contextmanager
def _without_signals() -> Iterator[None]:
    """Let signals wait, where the system can make them."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    waiting = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, waiting)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _swap(folder: Path, fresh: Path) -> None:
    """Put ``fresh`` in the place of ``folder``, which goes to where ``fresh`` was."""
    if not folder.exists():
        fresh.rename(folder)
        return
    old = fresh.with_name(f"{fresh.name}.old")
    try:
        folder.rename(old)
        fresh.rename(folder)
    except BaseException:
        if old.exists() and not folder.exists():
            old.rename(folder)
        raise
    finally:
        if folder.exists():
            shutil.rmtree(old, ignore_errors=True)


GENERATED = "# Written by platc from platform.yaml"
"""A line near the top of a file in ``dags/`` that is platc's to replace; all others are
hand-written."""


def refuse_handwritten(folder: Path, files: Mapping[str, str]) -> None:
    """Refuse to write a DAG over a file of the same name that is hand-written.

    Raises:
        NotOurs: there is such a file, or one in the place of the folder.
    """
    if files:
        _refuse_file(folder)
    for name in files:
        path = folder / name
        if path.exists() and not _is_generated(_text(path)):
            raise NotOurs(f"{path} is hand-written; rename it or the pipeline")


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""


def _is_generated(text: str) -> bool:
    return any(line.startswith(GENERATED) for line in text[:4096].splitlines())


def write_dags(folder: Path, files: Mapping[str, str]) -> Changes:
    """Write generated DAGs beside hand-written files, and remove generated ones that are stale.

    Raises:
        NotOurs: a file of the same name is hand-written.
        OSError: the disk does not take it.
    """
    refuse_handwritten(folder, files)
    there = {path.name: _text(path) for path in folder.glob("*.py")}
    ours = {name: text for name, text in there.items() if _is_generated(text)}
    changes = Changes(
        added=tuple(sorted(files.keys() - ours.keys())),
        changed=tuple(sorted(n for n in files.keys() & ours.keys() if files[n] != ours[n])),
        removed=tuple(sorted(ours.keys() - files.keys())),
        same=sum(files[n] == ours[n] for n in files.keys() & ours.keys()),
    )
    for name in (*changes.added, *changes.changed):
        folder.mkdir(parents=True, exist_ok=True)
        _replace_file(folder / name, files[name])
    for name in changes.removed:
        (folder / name).unlink()
    return changes


def _replace_file(path: Path, text: str) -> None:
    fresh = _beside(path)
    try:
        fresh.write_bytes(text.encode())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def _beside(path: Path) -> Path:
    """Return a path beside another that nothing bears yet."""
    return path.parent / f".{path.name}.{os.urandom(4).hex()}"
