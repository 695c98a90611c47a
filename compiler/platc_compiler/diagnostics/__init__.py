"""What is wrong with a platform, said of a place in ``platform.yaml``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, TypeAlias

from msgspec import Struct

Origin: TypeAlias = tuple[str | int, ...]
"""The way to a value in platform.yaml: ``("services", "airflow", "depends_on", 0)``."""

Severity: TypeAlias = Literal["error", "warning", "note"]


class Span(Struct, frozen=True):
    """A stretch of a text; lines and columns count from 0, the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


class Mention(Struct, frozen=True):
    """A note that speaks of another place; its line is looked up with the diagnostic's own."""

    text: str
    path: Origin


class Diagnostic(Struct, frozen=True):
    """A fault, before its path has been looked up in the text."""

    code: str
    """``PLT`` and three digits; the first digit is the group."""
    severity: Severity
    message: str
    """What is wrong, in one sentence that names the thing."""
    path: Origin
    """What it is said of."""
    hint: str = ""
    """What to write instead; it stands beside the carets."""
    notes: tuple[str | Mention, ...] = ()
    """Further lines, such as the largest contributors to a budget."""
    on_key: bool = False
    """The carets point at the key at the end of ``path``, not at its value."""
    hidden: bool = False
    """The value at ``path`` is a credential: no line is shown with it."""
    span: Span | None = None
    """The place, where it is known already and ``path`` does not lead to it."""
    file: str | None = None
    """The file beside platform.yaml that it is said of; ``None`` for platform.yaml itself."""


def error(
    code: str, message: str, path: Origin, hint: str = "", *, on_key: bool = False
) -> Diagnostic:
    """Return a diagnostic that fails the build."""
    return Diagnostic(code, "error", message, path, hint, on_key=on_key)


def warning(
    code: str, message: str, path: Origin, hint: str = "", *, on_key: bool = False
) -> Diagnostic:
    """Return a diagnostic that names a risk."""
    return Diagnostic(code, "warning", message, path, hint, on_key=on_key)


def note(
    code: str, message: str, path: Origin, hint: str = "", *, on_key: bool = False
) -> Diagnostic:
    """Return a diagnostic that is worth knowing and no fault."""
    return Diagnostic(code, "note", message, path, hint, on_key=on_key)


def has_error(diagnostics: Iterable[Diagnostic | Located]) -> bool:
    """Return whether a diagnostic is an error."""
    return any(diagnostic.severity == "error" for diagnostic in diagnostics)


class Located(Struct, frozen=True):
    """A fault with its place in a file; lines and columns count from 1, the end is exclusive."""

    code: str
    severity: Severity
    message: str
    hint: str
    notes: tuple[str, ...]
    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    path: str
    """The path as people write it: ``services.airflow.depends_on[0]``."""
    source: str
    """The line itself, empty where there is none."""
