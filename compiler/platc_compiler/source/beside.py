"""The files beside platform.yaml: the one way in which a compilation reads them.

A reader is bounded (``LARGEST_FILE`` bytes a file, ``MOST_FILES`` files a folder) and safe against
links: a symbolic link that leads out of the folder is refused, because what it names would be
copied into ``out/``.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from platc_compiler.diagnostics import Span
from platc_compiler.source.load import LARGEST_FILE, Unreadable

MOST_FILES = 10_000
"""Files that are looked at below one folder at most."""
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

    def paths(self, folder: str, ending: str) -> tuple[str, ...]:
        """Return the paths below ``folder`` of all files whose names end in ``ending``, sorted.

        Raises:
            Unreadable: there are more than ``MOST_FILES``.
        """
        ...


class InMemory(Struct, frozen=True):
    """Files that are held in memory, by path."""

    files: Mapping[str, str] = {}

    def text(self, path: str) -> str | None:
        """Return a text file, ``None`` if there is none."""
        return self.files.get(path)

    def paths(self, folder: str, ending: str) -> tuple[str, ...]:
        """Return the paths below ``folder`` of all files whose names end in ``ending``, sorted."""
        return tuple(
            path
            for path in sorted(self.files)
            if path.startswith(f"{folder}/") and path.endswith(ending)
        )


class Folder(Struct, frozen=True):
    """Files on the disk below one folder."""

    root: Path

    def text(self, path: str) -> str | None:
        """Return a text file, ``None`` if there is none.

        Raises:
            Unreadable: it is too large, no UTF-8 text, or a link leads out of the folder.
            OSError: the system does not let it be read.
        """
        place = self.root / path
        if not place.is_file():
            return None
        if not place.resolve().is_relative_to(self.root.resolve()):
            message = f"{path} is a link that leads out of the folder of platform.yaml"
            raise Unreadable("PLT001", message, _START, "put a copy of the file there", path)
        with place.open("rb") as stream:
            return decoded(stream.read(LARGEST_FILE + 1), path)

    def paths(self, folder: str, ending: str) -> tuple[str, ...]:
        """Return the paths below ``folder`` of all files whose names end in ``ending``, sorted.

        Raises:
            Unreadable: there are more than ``MOST_FILES``.
        """
        found: list[str] = []
        for number, path in enumerate((self.root / folder).rglob("*")):
            if number >= MOST_FILES:
                message = f"the folder {folder} holds more than {MOST_FILES} files"
                raise Unreadable("PLT001", message, _START, "move files away", folder)
            if path.name.endswith(ending) and path.is_file():
                found.append(path.relative_to(self.root).as_posix())
        return tuple(sorted(found))


NOTHING = InMemory()
"""No file at all."""


def decoded(raw: bytes, file: str | None = None) -> str:
    """Return the text of a file.

    Raises:
        Unreadable: it is larger than ``LARGEST_FILE`` bytes, or no UTF-8.
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
