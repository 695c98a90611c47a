"""The input of the compiler: a text, and the files that it may read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from platc_compiler.diagnostics import Diagnostic, Located, Mention
from platc_compiler.source.beside import NOTHING, Beside
from platc_compiler.source.load import Unreadable
from platc_compiler.source.places import Places

SEALED = "sealed-secrets.yaml"
"""The committed file of encrypted values beside platform.yaml."""
TEMPLATES = "templates"
"""The folder of the user's own templates beside platform.yaml."""
_FILE_AT = 4
"""Where the name of an included file is in a path (:mod:`platc_compiler.source.included`)."""


class Source(Struct, frozen=True, dict=True):
    """A platform as text, and the only access to the files beside it."""

    text: str
    file: str = "platform.yaml"
    """The file's name in diagnostics."""
    environment: str | None = None
    """The selected environment; ``None`` for the platform without any."""
    beside: Beside = NOTHING
    """Reads the files in the folder of platform.yaml."""
    earlier: Beside = NOTHING
    """Reads the output of an earlier build in ``out/``."""

    @cached_property
    def sealed(self) -> str | None:
        """The text of sealed-secrets.yaml, ``None`` if there is none.

        Raises:
            Unreadable, OSError: as ``Beside.text``.
        """
        return self.beside.text(SEALED)

    @cached_property
    def templates(self) -> Mapping[str, str]:
        """The user's own templates by path below ``templates/``; none if it is a Python package.

        Raises:
            Unreadable, OSError: as ``Beside.text``.
        """
        packages = {
            f"{path.removesuffix('__init__.py')}"
            for path in self.beside.paths(TEMPLATES, "__init__.py")
            if path.count("/") == 2  # noqa: PLR2004 - templates/PACKAGE/__init__.py
        }
        texts = {
            path: self.beside.text(path)
            for path in self.beside.paths(TEMPLATES, ".j2")
            if not path.startswith(tuple(packages))
        }
        return {
            path.removeprefix(f"{TEMPLATES}/"): text
            for path, text in texts.items()
            if text is not None
        }

    @cached_property
    def places(self) -> Places:
        """The places of all keys and values in the text."""
        return Places(self.text, self.file, self.environment)

    def located(self, diagnostics: Iterable[Diagnostic]) -> tuple[Located, ...]:
        """Return diagnostics with their places, values of credentials hidden, sorted by place."""
        found = list(diagnostics)
        self.places.hide(found)
        return tuple(self._located(diagnostic) for diagnostic in found)

    def _located(self, diagnostic: Diagnostic) -> Located:
        file = diagnostic.file
        if file is None:
            path = diagnostic.path
            if len(path) > _FILE_AT and path[0] == "services" and path[2] == "files":
                return self._inside(diagnostic) or self.places.locate(diagnostic)
            return self.places.locate(diagnostic)
        diagnostic = replace(diagnostic, path=self.places.as_written(diagnostic.path))
        return Places(self._shown(file), self._beside(file)).locate(diagnostic)

    def _inside(self, diagnostic: Diagnostic) -> Located | None:
        """Return a diagnostic on a value in an included file, ``None`` if it is in none."""
        from platc_compiler.source.included import alone, inside

        within = inside(diagnostic.path)
        if within is None:
            return None
        key = (within.file, within.document)
        if key not in self._documents:
            text = alone(self._shown(within.file), within.document)
            self._documents[key] = Places(text, self._beside(within.file))
        places = self._documents[key]
        notes = tuple(
            note if isinstance(note, str) else self._said(note) for note in diagnostic.notes
        )
        told = replace(diagnostic, path=within.path, notes=notes, fix=None)
        places.hide([told])
        return places.locate(told)

    @cached_property
    def _documents(self) -> dict[tuple[str, int], Places]:
        """The places of included documents, by file and number."""
        return {}

    def _said(self, note: Mention) -> str:
        """Return a note on a place that may be in another file than the diagnostic's."""
        place = self._located(Diagnostic("", "note", "", note.path, on_key=True))
        return f"{note.text} ({place.file} line {place.line})"

    def _beside(self, path: str) -> str:
        """Return the name under which a file beside platform.yaml is shown."""
        folder = self.file.rpartition("/")[0]
        return f"{folder}/{path}" if folder else path

    def _shown(self, path: str) -> str:
        """Return a file beside platform.yaml, to show its lines: empty if it is not text."""
        with suppress(Unreadable):
            return self.beside.text(path) or ""
        return ""
