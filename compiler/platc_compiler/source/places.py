"""From paths to places in the text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property

from msgspec.structs import replace

from platc_compiler.diagnostics import Diagnostic, Located, Mention, Origin, Replacement, Span
from platc_compiler.diagnostics.masking import without_comment
from platc_compiler.source.blotting import blotted, blotted_text
from platc_compiler.source.edits import Written

_SWALLOWED = re.compile(r"\s*#[^\s#]")
"""A comment that begins like a channel or a colour: no space after the sign."""


class Places:
    """From paths to places in one text; created only when a diagnostic is printed.

    The results contain no credential: ``blotting`` has removed it from the lines, and ``masking``
    removes it from every message.
    """

    def __init__(self, text: str, file: str, environment: str | None = None) -> None:
        self._text = text
        self._file = file
        self._prefix: Origin = ("environments", environment) if environment else ()
        self._shown = blotted_text(text) if file.endswith(".j2") else blotted(text)
        self._without_comments: dict[int, str] = {}
        """By number: a thousand diagnostics may be said of one long line."""

    @property
    def lines(self) -> list[str]:
        """The lines as they may be shown, except for their comments: see ``without_comment``."""
        return self._shown.lines

    @property
    def _places(self) -> dict[Origin, tuple[Span, Span]]:
        return self._shown.places

    def hide(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Treat the values of hidden diagnostics as credentials, whatever they look like."""
        hidden = {diagnostic.path for diagnostic in diagnostics if diagnostic.hidden}
        if hidden:
            self._without_comments = {}
            self._shown = blotted(self._text, hidden | {(*self._prefix, *path) for path in hidden})

    def locate(self, diagnostic: Diagnostic) -> Located:
        """Return the diagnostic with its file, line and columns."""
        span = diagnostic.span or self._find(diagnostic.path, on_key=diagnostic.on_key)
        last = len(self.lines) - 1
        if span.line > last and self.lines != [""]:
            # The place of an unfinished text is after its last line feed.
            span = Span(last, len(self.lines[last]), last, len(self.lines[last]) + 1)
        # A file that cannot be shown has no lines, but they are counted.
        source = self._line(span.line) if span.line <= last else ""
        one_line = span.end_line == span.line
        end = span.end_column if one_line else len(source.rstrip())

        fix = self._replacement(diagnostic)

        def masked(text: str) -> str:
            return self._shown.mask.masked(text, written) if text else ""

        written = self.as_written(diagnostic.path)

        return Located(
            diagnostic.code, diagnostic.severity, masked(diagnostic.message),
            masked(diagnostic.hint), tuple(masked(self._note(note)) for note in diagnostic.notes),
            self._file, span.line + 1, span.column + 1, span.line + 1,
            max(end, span.column + 1) + 1, masked(path_text(written)), source,
            # A credential is the user's to write.
            fix if fix is not None and masked(fix.text) == fix.text else None,
            diagnostic.consent,
        )  # fmt: skip

    def _line(self, number: int) -> str:
        line = self._without_comments.get(number)
        if line is None:
            line = self._without_comments[number] = without_comment(self.lines[number])
        return line

    def _replacement(self, diagnostic: Diagnostic) -> Replacement | None:
        edit = diagnostic.fix
        if edit is None or diagnostic.hidden:
            return None
        stated = self.as_written(edit.path)
        inside = (*self._prefix, *stated)
        known = inside[:-1] if edit.action == "insert" else inside
        path = inside if known in self._places else stated
        return self._written.replacement(replace(edit, path=path))

    @cached_property
    def _written(self) -> Written:
        return Written(self._text.removeprefix("\ufeff"), self._places)

    def is_comment(self, path: Origin) -> bool:
        """Return whether nothing stands at a path but a comment that looks like a value."""
        place = self._places.get((*self._prefix, *path)) or self._places.get(path)
        if place is None:
            return False
        _, value = place
        empty = (value.line, value.column) == (value.end_line, value.end_column)
        return empty and _SWALLOWED.match(self.lines[value.line], value.column) is not None

    def _note(self, note: str | Mention) -> str:
        if isinstance(note, str):
            return note
        return f"{note.text} (line {self._find(note.path, on_key=True).line + 1})"

    def as_written(self, path: Origin) -> Origin:
        """Return the path as it is in the text: what is included is a service there only later."""
        own, stated = path[:2], ("include", *path[1:2])
        if len(own) < len(stated) or path[0] != "services" or self._has(own):
            return path
        return (*stated, *path[2:]) if self._has(stated) else path

    def _has(self, path: Origin) -> bool:
        return path in self._places or (*self._prefix, *path) in self._places

    def _find(self, path: Origin, *, on_key: bool) -> Span:
        path = self.as_written(path)
        for length in range(len(path), -1, -1):
            shorter = path[:length]
            found = (
                self._places.get((*self._prefix, *shorter)) if self._prefix and shorter else None
            )
            found = found or self._places.get(shorter)
            if found is not None and shorter:
                key, value = found
                # A diagnostic points at the key of a collection: its value may have a hundred
                # lines.
                several = value.end_line != value.line
                return key if on_key or several or length < len(path) else value
        line = next((n for n, text in enumerate(self.lines) if _is_content(text)), 0)
        return Span(line, 0, line, len(self.lines[line]) if self.lines else 0)


def _is_content(line: str) -> bool:
    """Return whether a line is more than a comment, a directive or the start of a document."""
    return bool(line.strip()) and not line.startswith(("%", "---")) and line.lstrip()[0] != "#"


def path_text(path: Origin) -> str:
    """Return a path in the usual notation: ``services.airflow.depends_on[0]``."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text
