"""What reading templates has cost once: their compiled code and the shapes they render to.

It is one file, read and written as a whole. Code is kept with a stamp of its source and is as stale
or not as Python's own bytecode; a shape is found by its own text and never is. A file that cannot
be read, or is of another Python or Jinja2, is begun anew.
"""

from __future__ import annotations

import marshal
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import CodeType
from typing import Any, TypeAlias

from jinja2.bccache import bc_magic

NAME = f"templates-3.{sys.implementation.cache_tag}.cache"
_MOST_SHAPES = 5_000

Stamp: TypeAlias = tuple[int, int] | str
"""Changes with the source: the time of a file's last change in nanoseconds and its size, or the
source itself."""


class TemplateCache:
    """Compiled templates and parsed shapes, kept between runs where there is a folder for it."""

    def __init__(self, folder: Path | None = None) -> None:
        self._file = folder / NAME if folder is not None else None
        stored = self._read()
        self._code: dict[str, tuple[Stamp, CodeType]] = stored.get("code", {})
        self.shapes: dict[str, Any] = stored.get("shapes", {})
        """Parsed shapes, by the text they were parsed from."""
        self._size = len(self.shapes)
        self._compiled = False

    def code(self, place: str, stamp: Stamp, compiled: Callable[[], CodeType]) -> CodeType:
        """Return the code that is kept in a place, compiling it where its stamp is another."""
        kept = self._code.get(place)
        if kept is None or kept[0] != stamp:
            kept = self._code[place] = (stamp, compiled())
            self._compiled = True
        return kept[1]

    def save(self) -> None:
        """Write what is new; a disk that does not take it costs the next run some time only."""
        grown = self._compiled or len(self.shapes) != self._size
        if self._file is None or not grown:
            return
        shapes = self.shapes if len(self.shapes) <= _MOST_SHAPES else {}
        content = marshal.dumps({"magic": bc_magic, "code": self._code, "shapes": shapes})
        fresh = self._file.with_name(f"{self._file.name}.{os.getpid()}")
        try:
            fresh.write_bytes(content)
            fresh.replace(self._file)
        except OSError:
            return
        finally:
            with suppress(OSError):
                fresh.unlink(missing_ok=True)

    def _read(self) -> dict[str, Any]:
        if self._file is None:
            return {}
        try:
            stored = marshal.loads(self._file.read_bytes())  # noqa: S302 - a file of our own
        except (OSError, ValueError, EOFError, TypeError):
            return {}
        sound = isinstance(stored, dict) and stored.get("magic") == bc_magic
        return stored if sound else {}
