"""The input of the compiler: a text, and the files that it may read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cached_property

from msgspec import Struct

from platc_compiler.diagnostics import Diagnostic, Located
from platc_compiler.source.beside import NOTHING, Beside
from platc_compiler.source.load import Unreadable
from platc_compiler.source.places import Places

SEALED = "sealed-secrets.yaml"
"""The committed file of encrypted values beside platform.yaml."""
TEMPLATES = "templates"
"""The folder of the user's own templates beside platform.yaml."""


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
        if diagnostic.file is None:
            return self.places.locate(diagnostic)
        folder = self.file.rpartition("/")[0]
        shown = f"{folder}/{diagnostic.file}" if folder else diagnostic.file
        return Places(self._shown(diagnostic.file), shown).locate(diagnostic)

    def _shown(self, path: str) -> str:
        """Return a file beside platform.yaml, to show its lines: empty if it is not text."""
        with suppress(Unreadable):
            return self.beside.text(path) or ""
        return ""
