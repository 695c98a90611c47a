"""Standard output and standard error: what is printed is UTF-8, whoever reads it, or stops to."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


class _Patient(io.FileIO):
    """A stream whose reader may leave: what nobody reads is dropped, and the work goes on.

    ``platc check | head -1`` so ends with the same exit code as ``platc check``.
    """

    def write(self, data: ReadableBuffer, /) -> int:
        """Write, and take for written what nobody reads any more."""
        try:
            return super().write(data)
        except BrokenPipeError:
            return memoryview(data).nbytes


def make_patient() -> None:
    """Let both streams bear every character and a reader who leaves.

    Into files and pipes goes UTF-8, whatever the locale or PYTHONIOENCODING says, because JSON and
    SARIF are UTF-8 (RFC 8259, section 8.1). A terminal gets what it can show, the rest escaped.
    """
    sys.stdout = _patient(sys.stdout)
    sys.stderr = _patient(sys.stderr)


def _patient(stream: TextIO) -> TextIO:
    # A stream is None where it was closed before the start.
    if not isinstance(stream, io.TextIOWrapper):
        return stream
    if stream.isatty():
        stream.reconfigure(errors="backslashreplace")
        return stream
    stream.flush()
    raw = _Patient(stream.fileno(), "wb", closefd=False)
    buffered = io.BufferedWriter(raw)
    return io.TextIOWrapper(
        buffered, "utf-8", "backslashreplace", line_buffering=stream.line_buffering
    )
