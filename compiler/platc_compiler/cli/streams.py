"""Standard output and standard error: always UTF-8, and safe against a reader that stops."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


class _Patient(io.FileIO):
    """A stream whose reader may stop: further output is dropped, and the work continues.

    ``platc check | head -1`` therefore ends with the same exit code as ``platc check``.
    """

    def write(self, data: ReadableBuffer, /) -> int:
        """Write; output without a reader counts as written."""
        try:
            return super().write(data)
        except BrokenPipeError:
            return memoryview(data).nbytes


def make_patient() -> None:
    """Let both streams accept every character and a reader that stops.

    Files and pipes get UTF-8, whatever the locale or PYTHONIOENCODING says, because JSON and SARIF
    are UTF-8 (RFC 8259, section 8.1). A terminal gets the characters that it can show; the others
    are escaped.
    """
    sys.stdout = _patient(sys.stdout)
    sys.stderr = _patient(sys.stderr)


def _patient(stream: TextIO) -> TextIO:
    # A stream is None if it was closed before the start.
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
