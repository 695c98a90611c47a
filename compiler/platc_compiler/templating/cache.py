"""The cache of templates: their compiled code and their parsed shapes.

It is one file, read and written as a whole. Code is stored with a stamp of its source, and is
invalid when the stamp differs, as with Python's own bytecode. A shape is stored under its own text
and never becomes invalid.

The file contains code, so it is read only if no other user can have written it
(``trusted_folder``), and only if it is whole: a file that is cut off, damaged, or of another Python
or Jinja2 is replaced.
"""

from __future__ import annotations

import functools
import marshal
import os
import stat
import sys
from collections.abc import Callable
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from types import CodeType
from typing import Any, TypeAlias

from jinja2.bccache import bc_magic

from platc_compiler.disk.alone import alone_in, without_signals
from platc_compiler.disk.replace import clear_files, replace_file

NAME = f"templates-5.{sys.implementation.cache_tag}.cache"
_HEAD = b"platc templates 5\n" + bc_magic
_DIGEST_BYTES = 32
_MOST_SHAPES = 5_000
_MODE = 0o644
_READING = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH

Stamp: TypeAlias = tuple[int, int] | str
"""A value that changes with the source: the file's time of change in nanoseconds and its size, or
the source itself."""


class TemplateCache:
    """Compiled templates and parsed shapes, stored between runs if there is a folder for them."""

    def __init__(self, folder: Path | None = None) -> None:
        self._file = folder / NAME if folder is not None else None
        stored = _read(self._file) if self._file is not None else {}
        self._code: dict[str, tuple[Stamp, CodeType]] = stored.get("code", {})
        self.shapes: dict[str, Any] = stored.get("shapes", {})
        """Parsed shapes, by the text they were parsed from."""
        self._grown = False

    def code(self, place: str, stamp: Stamp, compiled: Callable[[], CodeType]) -> CodeType:
        """Return the stored code of a template; compile it if the stamp differs."""
        kept = self._code.get(place)
        if kept is None or kept[0] != stamp:
            kept = self._code[place] = (stamp, compiled())
            self._grown = True
        return kept[1]

    def shape(self, text: str, parsed: Callable[[], Any]) -> Any:  # noqa: ANN401
        """Return the stored shape of a text; parse it if there is none."""
        shape = self.shapes.get(text)
        if shape is None:
            if len(self.shapes) >= _MOST_SHAPES:
                self.shapes.clear()
            shape = self.shapes[text] = parsed()
            self._grown = True
        return shape

    def save(self) -> None:
        """Write new entries; if the disk refuses them, the next run only takes longer."""
        if self._file is None or not self._grown or not trusted_folder(self._file.parent):
            return
        body = marshal.dumps({"code": self._code, "shapes": self.shapes})
        with suppress(OSError), alone_in(self._file.parent) as alone, without_signals():
            if alone:
                clear_files(self._file.parent)
            replace_file(self._file, _HEAD + _digest(body) + body, _MODE)


@functools.cache
def of_this_process() -> TemplateCache:
    """Return the cache of a process that compiles several platforms; it stores nothing."""
    return TemplateCache()


def trusted_folder(folder: Path) -> bool:
    """Return whether only this user and platc's owner can have written to a folder.

    The owner of platc's own files can run any code anyway.
    """
    try:
        return _trusted(folder.stat())
    except OSError:
        return False


def _trusted(status: os.stat_result) -> bool:
    if os.name != "posix":
        return True
    owners = {os.geteuid(), Path(__file__).stat().st_uid}
    return status.st_uid in owners and not status.st_mode & _OTHERS_WRITE


def _read(file: Path) -> dict[str, Any]:
    content = _content(file) if trusted_folder(file.parent) else b""
    start = len(_HEAD) + _DIGEST_BYTES
    body = memoryview(content)[start:]
    if not content.startswith(_HEAD) or content[len(_HEAD) : start] != _digest(body):
        return {}
    stored: dict[str, Any] = marshal.loads(body)  # noqa: S302 - written by this user, and whole
    return stored


def _content(file: Path) -> bytes:
    """Return the content of a file that no other user can have written, else nothing."""
    try:
        # Opening a pipe would block, and a link may lead to a file of another user.
        handle = os.open(file, _READING)
    except OSError:
        return b""
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode) or not _trusted(status):
            return b""
        with os.fdopen(handle, "rb", closefd=False) as stream:
            return stream.read()
    except OSError:
        return b""
    finally:
        os.close(handle)


def _digest(body: bytes | memoryview) -> bytes:
    return blake2b(body, digest_size=_DIGEST_BYTES).digest()
