"""From paths back to places in the text."""

from __future__ import annotations

from collections.abc import Iterable

from platc_compiler.diagnostics import Diagnostic, Located, Mention, Origin, Span
from platc_compiler.source.load import BREAK, Parsed, parse


class Places:
    """From paths to places in one text.

    Args:
        text: what stands in the file.
        file: its name as diagnostics show it.
        environment: what it names is looked for there first.
        parsed: the text as it was read, if it was.
    """

    def __init__(
        self, text: str, file: str, environment: str | None = None, parsed: Parsed | None = None
    ) -> None:
        self.lines = BREAK.split(text.removeprefix("\ufeff"))
        """The lines as they may be shown."""
        self._file = file
        self._prefix: Origin = ("environments", environment) if environment else ()
        self._places = (parsed or parse(text)).places

    def hide(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Blot out the values of hidden diagnostics in every line that is shown."""
        for path in {diagnostic.path for diagnostic in diagnostics if diagnostic.hidden}:
            for prefix in {(), self._prefix}:
                if (*prefix, *path) in self._places:
                    self._blot(self._places[*prefix, *path][1])

    def _blot(self, span: Span) -> None:
        for number in range(span.line, min(span.end_line + 1, len(self.lines))):
            line = self.lines[number]
            start = span.column if number == span.line else 0
            end = span.end_column if number == span.end_line else len(line)
            self.lines[number] = f"{line[:start]}{'•' * (end - start)}{line[end:]}"

    def locate(self, diagnostic: Diagnostic) -> Located:
        """Return the diagnostic with its file, line and columns."""
        span = diagnostic.span or self._find(diagnostic.path, on_key=diagnostic.on_key)
        last = len(self.lines) - 1
        if self.lines == [""] and diagnostic.span:
            self.lines = [""] * (span.line + 1)  # The file cannot be shown, but its lines count.
        elif span.line > last:
            # An unfinished text ends behind its last line feed.
            span = Span(last, len(self.lines[last]), last, len(self.lines[last]) + 1)
        source = self.lines[span.line]
        one_line = span.end_line == span.line
        end = span.end_column if one_line else len(source.rstrip())
        return Located(
            diagnostic.code, diagnostic.severity, diagnostic.message, diagnostic.hint,
            tuple(map(self._note, diagnostic.notes)), self._file, span.line + 1, span.column + 1,
            span.line + 1, max(end, span.column + 1) + 1, path_text(diagnostic.path), source,
        )  # fmt: skip

    def _note(self, note: str | Mention) -> str:
        if isinstance(note, str):
            return note
        return f"{note.text} (line {self._find(note.path, on_key=True).line + 1})"

    def _find(self, path: Origin, *, on_key: bool) -> Span:
        for length in range(len(path), -1, -1):
            shorter = path[:length]
            found = (
                self._places.get((*self._prefix, *shorter)) if self._prefix and shorter else None
            )
            found = found or self._places.get(shorter)
            if found is not None and shorter:
                key, value = found
                # A collection is pointed at by its key: its own extent may be a hundred lines.
                several = value.end_line != value.line
                return key if on_key or several or length < len(path) else value
        return Span(0, 0, 0, len(self.lines[0]) if self.lines else 0)


def path_text(path: Origin) -> str:
    """Return a path as people write it: ``services.airflow.depends_on[0]``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text
