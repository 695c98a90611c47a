"""What is wrong with a platform, said of a place in ``platform.yaml``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

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


class Edit(Struct, frozen=True):
    """A change of one place in platform.yaml that mends a fault and needs no decision."""

    action: Literal["rename", "word", "replace", "insert", "remove"]
    """``rename`` the key, change one ``word`` of the scalar, ``replace`` the value,
    ``insert`` the key at the end of ``path`` with its value, ``remove`` the key or the item."""
    new: str = ""
    """The new key or word; the new value as YAML on one line."""
    old: str = ""
    """The word that is there now."""
    path: Origin = ()
    """What it changes; empty for what the diagnostic is said of."""


class Hint(Struct, frozen=True):
    """What to write instead, with the change that does it, if it needs no decision."""

    text: str
    edit: Edit | None = None

    def __bool__(self) -> bool:
        return bool(self.text)

    def __str__(self) -> str:
        return self.text


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
    fix: Edit | None = None
    """What the hint says, as a change that platc can make itself."""
    consent: bool = False
    """An error that a comment may allow, as it may be none."""


def error(
    code: str, message: str, path: Origin, hint: str | Hint = "", *, on_key: bool = False
) -> Diagnostic:
    """Return a diagnostic that fails the build."""
    return _with_fix(Diagnostic(code, "error", message, path, on_key=on_key), hint)


def warning(
    code: str, message: str, path: Origin, hint: str | Hint = "", *, on_key: bool = False
) -> Diagnostic:
    """Return a diagnostic that names a risk."""
    return _with_fix(Diagnostic(code, "warning", message, path, on_key=on_key), hint)


def note(
    code: str, message: str, path: Origin, hint: str | Hint = "", *, on_key: bool = False
) -> Diagnostic:
    """Return a diagnostic that is worth knowing and no fault."""
    return _with_fix(Diagnostic(code, "note", message, path, on_key=on_key), hint)


def _with_fix(found: Diagnostic, hint: str | Hint) -> Diagnostic:
    if isinstance(hint, str) or hint.edit is None:
        return replace(found, hint=str(hint)) if hint else found
    edit = replace(hint.edit, path=hint.edit.path or found.path)
    if found.on_key and edit.action == "word":
        edit = replace(edit, action="rename")
    return replace(found, hint=hint.text, fix=edit)


def has_error(diagnostics: Iterable[Diagnostic | Located]) -> bool:
    """Return whether a diagnostic is an error.

    An error that a comment may allow counts when the comments have been read (``Located``).
    """
    return any(
        diagnostic.severity == "error"
        and not (isinstance(diagnostic, Diagnostic) and diagnostic.consent)
        for diagnostic in diagnostics
    )


class Replacement(Struct, frozen=True):
    """A stretch of a file, counted as in ``Located``, and the text to write in its place."""

    line: int
    column: int
    end_line: int
    end_column: int
    text: str


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
    fix: Replacement | None = None
    """The change of the file that mends the fault, if platc can make it."""
    consent: bool = False
    """An error that a comment may allow."""
