"""Diagnostics for people and for machines: text, JSON, SARIF and GitHub's annotations."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from platc_compiler.diagnostics import Located, Replacement
from platc_compiler.diagnostics.visible import visible, visible_line

_COLOURS = {"error": "31", "warning": "33", "note": "36"}
_WIDEST = 110


def _visible(diagnostic: Located) -> Located:
    """Return a diagnostic of which no field but the line steers a terminal or a log.

    A line may be as long as the whole file: what is shown of it is cut out first (``_window``).
    """
    return replace(
        diagnostic,
        message=visible(diagnostic.message), hint=visible(diagnostic.hint),
        notes=tuple(map(visible, diagnostic.notes)), file=visible(diagnostic.file),
        path=visible(diagnostic.path),
    )  # fmt: skip


def text(diagnostic: Located, *, colour: bool = False) -> str:
    """Return a diagnostic with its line, carets below what is meant, and the hint beside them."""
    diagnostic = _visible(diagnostic)

    def paint(what: str, code: str) -> str:
        return f"\x1b[{code}m{what}\x1b[0m" if colour else what

    tone = _COLOURS[diagnostic.severity]
    head = paint(f"{diagnostic.severity}[{diagnostic.code}]", f"1;{tone}")
    gutter = " " * len(str(diagnostic.line))
    where = f"{diagnostic.file}:{diagnostic.line}:{diagnostic.column}"
    path = f"  {diagnostic.path}" if diagnostic.path else ""
    lines = [f"{head}: {paint(diagnostic.message, '1')}", f"{gutter}--> {where}{path}"]
    if diagnostic.source.strip():
        source, column, width = _window(diagnostic)
        carets = paint("^" * width + (f" {diagnostic.hint}" if diagnostic.hint else ""), tone)
        lines += [
            f"{gutter} |",
            f"{diagnostic.line} | {source}".rstrip(),
            f"{gutter} | {' ' * column}{carets}",
        ]
    elif diagnostic.hint:
        lines.append(f"{gutter} = hint: {diagnostic.hint}")
    lines += [f"{gutter} = {note}" for note in diagnostic.notes]
    lines.append(f"{gutter} = help: platc explain {diagnostic.code}")
    return "\n".join(lines)


def _window(diagnostic: Located) -> tuple[str, int, int]:
    """Return the line, cut to what fits a screen, with the start and the width of the carets."""
    source = diagnostic.source
    start = diagnostic.column - 1
    width = max(1, min(diagnostic.end_column, len(source) + 1) - diagnostic.column)
    if len(source) <= _WIDEST:
        return visible_line(source), start, width
    left = max(0, min(start - 20, len(source) - _WIDEST))
    cut = visible_line(source[left : left + _WIDEST])
    return cut, start - left, max(1, min(width, len(cut) - (start - left)))


def as_text(diagnostics: Iterable[Located], *, colour: bool = False) -> str:
    """Return all diagnostics, a blank line between two."""
    return "\n\n".join(text(diagnostic, colour=colour) for diagnostic in diagnostics)


def as_json(diagnostics: Iterable[Located]) -> str:
    """Return a list of objects, one for each diagnostic."""
    return json.dumps([_object(_visible(d)) for d in diagnostics], indent=2, ensure_ascii=False)


def _object(diagnostic: Located) -> dict[str, object]:
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity,
        "message": diagnostic.message,
        "file": diagnostic.file,
        "line": diagnostic.line,
        "column": diagnostic.column,
        "end_line": diagnostic.end_line,
        "end_column": diagnostic.end_column,
        "path": diagnostic.path,
        "help": diagnostic.hint,
        "notes": list(diagnostic.notes),
        "fix": _change(diagnostic.fix),
    }


def _change(change: Replacement | None) -> dict[str, object] | None:
    """Return what to write in the place of which stretch of the file."""
    if change is None:
        return None
    names = ("line", "column", "end_line", "end_column", "text")
    return {name: getattr(change, name) for name in names}


def as_sarif(diagnostics: Sequence[Located]) -> str:
    """Return a SARIF 2.1.0 log, as code scanners read it."""
    rules = [{"id": code} for code in sorted({d.code for d in diagnostics})]
    log = {
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "platc", "rules": rules}},
                "results": [_sarif_result(_visible(d)) for d in diagnostics],
            }
        ],
    }
    return json.dumps(log, indent=2, ensure_ascii=False)


def _sarif_result(diagnostic: Located) -> dict[str, object]:
    hint = f" ({diagnostic.hint})" if diagnostic.hint else ""
    result: dict[str, object] = {
        "ruleId": diagnostic.code,
        "level": diagnostic.severity,
        "message": {"text": "\n".join((diagnostic.message + hint, *diagnostic.notes))},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": _uri(diagnostic.file)},
                    "region": {
                        "startLine": diagnostic.line,
                        "startColumn": diagnostic.column,
                        "endLine": diagnostic.end_line,
                        "endColumn": diagnostic.end_column,
                    },
                }
            }
        ],
    }
    if diagnostic.fix is not None:
        result["fixes"] = [_sarif_fix(diagnostic, diagnostic.fix)]
    return result


def _sarif_fix(diagnostic: Located, change: Replacement) -> dict[str, object]:
    region = {
        "startLine": change.line,
        "startColumn": change.column,
        "endLine": change.end_line,
        "endColumn": change.end_column,
    }
    replacement = {"deletedRegion": region, "insertedContent": {"text": change.text}}
    artifact = {"uri": _uri(diagnostic.file)}
    return {
        "description": {"text": diagnostic.hint},
        "artifactChanges": [{"artifactLocation": artifact, "replacements": [replacement]}],
    }


def _uri(file: str) -> str:
    """Return a file's name as a reference of RFC 3986, as SARIF wants it."""
    from urllib.parse import quote

    return quote(file.replace("\\", "/"), safe="/~")


def as_github(diagnostics: Iterable[Located]) -> str:
    """Return workflow commands, which GitHub shows at the lines of a pull request."""
    return "\n".join(_github(diagnostic) for diagnostic in diagnostics)


def _github(diagnostic: Located) -> str:
    diagnostic = _visible(diagnostic)
    level = {"error": "error", "warning": "warning", "note": "notice"}[diagnostic.severity]
    place = (
        f"file={_escaped(diagnostic.file, ':,')},line={diagnostic.line},col={diagnostic.column},"
        f"endLine={diagnostic.end_line},endColumn={diagnostic.end_column},title={diagnostic.code}"
    )
    hint = f": {diagnostic.hint}" if diagnostic.hint else ""
    return f"::{level} {place}::{_escaped(diagnostic.message + hint)}"


def _escaped(value: str, more: str = "") -> str:
    for char in "%\r\n" + more:
        value = value.replace(char, f"%{ord(char):02X}")
    return value
