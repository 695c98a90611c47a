"""What reading templates has cost once: their compiled code and the shapes they render to.

It is one file, read and written as a whole. Jinja2 keeps each entry with a checksum of the
template's source, and a shape is found by its own text, so nothing in it can be stale; a file that
cannot be read is begun anew.
"""

from __future__ import annotations

import marshal
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import jinja2
from jinja2.bccache import Bucket

_MOST_SHAPES = 5_000


class TemplateCache(jinja2.BytecodeCache):
    """Compiled templates and parsed shapes, kept between runs where there is a folder for it."""

    def __init__(self, folder: Path | None = None) -> None:
        tag = sys.implementation.cache_tag
        self._file = folder / f"templates-2-{tag}.cache" if folder is not None else None
        stored = self._read()
        self._code: dict[str, bytes] = stored.get("code", {})
        self.shapes: dict[str, Any] = stored.get("shapes", {})
        """Parsed shapes, by the text they were parsed from."""
        self._size = len(self.shapes)
        self._compiled = False

    def get_bucket(
        self, environment: jinja2.Environment, name: str, filename: str | None, source: str
    ) -> Bucket:
        """Return the place of a template; what is compiled for a sandbox has one of its own."""
        place = f"sandbox/{name}" if environment.sandboxed else name
        return super().get_bucket(environment, place, filename, source)

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give Jinja2 the code of a template, if it was compiled before."""
        code = self._code.get(bucket.key)
        if code is not None:
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Take the code that Jinja2 has just compiled."""
        self._code[bucket.key] = bucket.bytecode_to_string()
        self._compiled = True

    def save(self) -> None:
        """Write what is new; a disk that does not take it costs the next run some time only."""
        grown = self._compiled or len(self.shapes) != self._size
        if self._file is None or not grown or len(self.shapes) > _MOST_SHAPES:
            return
        try:
            handle, fresh = tempfile.mkstemp(dir=self._file.parent)
            with os.fdopen(handle, "wb") as stream:
                stream.write(marshal.dumps({"code": self._code, "shapes": self.shapes}))
            Path(fresh).replace(self._file)
        except OSError:
            return

    def _read(self) -> dict[str, Any]:
        if self._file is None:
            return {}
        try:
            stored = marshal.loads(self._file.read_bytes())  # noqa: S302 - a file of our own
        except (OSError, ValueError, EOFError, TypeError):
            return {}
        return stored if isinstance(stored, dict) else {}
