"""The files beside platform.yaml: the only way in which a compilation reads them.

A reader is bounded (``LARGEST_FILE`` bytes a file, ``MOST_FILES`` files a folder) and refuses a
symbolic link that leads out of the folder, because the linked file would be copied into ``out/``.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from platc_compiler.diagnostics import Span
from platc_compiler.source.load import LARGEST_FILE, Unreadable

MOST_FILES = 10_000
"""The maximum of files below one folder."""
_START = Span(0, 0, 0, 1)


class Beside(Protocol):
    """Reads files by their paths below one folder, written with ``/``."""

    def text(self, path: str) -> str | None:
        """Return a text file, ``None`` if there is none.

        Raises:
            Unreadable: it is too large, no UTF-8 text, or a link leads out of the folder.
            OSError: the system does not let it be read.
        """
        ...

    def raw(self, path: str) -> bytes | None:
        """Return the first ``LARGEST_FILE`` bytes of a file and one more, ``None`` without one.

        Raises:
            Unreadable: a link leads out of the folder.
            OSError: the system does not let it be read.
        """
        ...

    def paths(self, folder: str, ending: str) -> tuple[str, ...]:
        """Return the paths below ``folder`` of all files whose names end in ``ending``, sorted.

        Raises:
            Unreadable: there are more than ``MOST_FILES``.
        """
        ...


class InMemory(Struct, frozen=True):
    """Files in memory, by path."""

    files: Mapping[str, str] = {}

    def text(self, path: str) -> str | None:
        """Return a text file, ``None`` if there is none."""
        return self.files.get(path)

    def raw(self, path: str) -> bytes | None:
        """Return the bytes of a text file, ``None`` if there is none."""
        return self.files[path].encode() if path in self.files else None

    def paths(self, folder: str, ending: str) -> tuple[str, ...]:
        """Return the paths below ``folder`` of all files whose names end in ``ending``, sorted."""
        return tuple(
            path
            for path in sorted(self.files)
            if path.startswith(f"{folder}/") and path.endswith(ending)
        )


class Folder(Struct, frozen=True, dict=True):
    """Files on the disk below one folder."""

    root: Path

    @cached_property
    def _real(self) -> Path:
        """The folder without links; looked up once, as many files are read."""
        return self.root.resolve()

    def text(self, path: str) -> str | None:
        """Return a text file, ``None`` if there is none.

        Raises:
            Unreadable: it is too large, no UTF-8 text, or a link leads out of the folder.
            OSError: the system does not let it be read.
        """
        raw = self.raw(path)
        return None if raw is None else decoded(raw, path)

    def raw(self, path: str) -> bytes | None:
        """Return the first ``LARGEST_FILE`` bytes of a file and one more, ``None`` without one.

        Raises:
            Unreadable: a link leads out of the folder.
            OSError: the system does not let it be read.
        """
        root = self._real
        handle = _opened(root, self._inside(root, path))
        if handle is None:
            return None
        with os.fdopen(handle, "rb") as stream:
            return stream.read(LARGEST_FILE + 1)

    def paths(self, folder: str, ending: str) -> tuple[str, ...]:
        """Return the paths below ``folder`` of all files whose names end in ``ending``, sorted.

        Links to folders are followed, but cycles are not.

        Raises:
            Unreadable: there are more than ``MOST_FILES``, or a link leads out of the root.
            OSError: the system does not let a folder be read.
        """
        root = self._real
        found: list[str] = []
        number = 0
        waiting: list[tuple[str, frozenset[Path]]] = [(folder, frozenset())]
        while waiting:
            above, passed = waiting.pop()
            real = root / self._inside(root, above)
            if real in passed:
                continue
            for name in _names(real):
                number += 1
                if number > MOST_FILES:
                    message = f"the folder {folder} holds more than {MOST_FILES} files"
                    raise Unreadable("PLT001", message, _START, "move files away", folder)
                path = f"{above}/{name}"
                if (real / name).is_dir():
                    waiting.append((path, passed | {real}))
                elif name.endswith(ending):
                    self._inside(root, path)
                    if (real / name).is_file():
                        found.append(path)
        return tuple(sorted(found))

    def _inside(self, root: Path, path: str) -> Path:
        """Return the path from the root without links.

        Raises:
            Unreadable: it leads out of the folder, or in a cycle.
        """
        try:
            real = (root / path).resolve()
        except (OSError, RuntimeError):
            message = f"{path} is a link that leads to itself"
            raise Unreadable("PLT001", message, _START, "remove the link", path) from None
        if not real.is_relative_to(root):
            is_link = "" if path.startswith("/") or ".." in path.split("/") else "is a link that "
            message = f"{path} {is_link}leads out of the folder of platform.yaml"
            raise Unreadable("PLT001", message, _START, "put a copy of the file there", path)
        return real.relative_to(root)


def _names(folder: Path) -> list[str]:
    try:
        return [path.name for path in folder.iterdir()]
    except (FileNotFoundError, NotADirectoryError):
        return []


def _opened(root: Path, path: Path) -> int | None:
    """Open a file for reading without following a link, ``None`` if there is no such file.

    The path contains no link. A link that is created after this check is not followed either: each
    folder is opened from the one before (openat(2) with ``O_NOFOLLOW``).

    Raises:
        OSError: the system does not let it be read.
    """
    if os.open not in os.supports_dir_fd:
        place = root / path
        return os.open(place, os.O_RDONLY) if place.is_file() else None
    *folders, name = path.parts or (".",)
    at = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for folder in folders:
            below = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=at)
            os.close(at)
            at = below
        # Opening a pipe does not block.
        handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=at)
    except (FileNotFoundError, NotADirectoryError):
        return None
    finally:
        os.close(at)
    if stat.S_ISREG(os.fstat(handle).st_mode):
        return handle
    os.close(handle)
    return None


def named_text(beside: Beside, path: str) -> str | None:
    """Return a text file that platform.yaml names, ``None`` if there is none.

    Raises:
        Unreadable: it cannot be read, for whatever reason.
    """
    try:
        return beside.text(path)
    except OSError as fault:
        message = f"{path} cannot be read: {fault.strerror}"
        raise Unreadable("PLT001", message, _START, "", path) from None
    except ValueError:  # a name that no file can have
        return None


NOTHING = InMemory()
"""No file at all."""


def decoded(raw: bytes, file: str | None = None) -> str:
    """Return the text of a file.

    Raises:
        Unreadable: it is larger than ``LARGEST_FILE`` bytes, or not UTF-8.
    """
    if len(raw) > LARGEST_FILE:
        raise Unreadable("PLT001", f"larger than {LARGEST_FILE >> 20} MiB", _START, "", file)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as fault:
        before = raw[: fault.start]
        line = before.count(b"\n")
        column = len(before.rpartition(b"\n")[2].decode("utf-8", "replace"))
        message = f"not UTF-8 text: byte 0x{raw[fault.start]:02x} at offset {fault.start}"
        span = Span(line, column, line, column + 1)
        raise Unreadable("PLT001", message, span, "save the file as UTF-8", file) from None
