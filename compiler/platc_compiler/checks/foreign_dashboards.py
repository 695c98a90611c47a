"""Faults of dashboards that others wrote: warnings, at the file that platform.yaml names."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from platc_compiler.diagnostics import Diagnostic


def softened(found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return diagnostics; an error inside a dashboard's file is a warning that names the panel.

    The other panels of the dashboard work, and its text is not the user's.
    """
    return tuple(dict.fromkeys(map(_softened, found)))


def _softened(found: Diagnostic) -> Diagnostic:
    match found.path:
        case ("dashboards", name, "file", panel):
            message = f"{panel}: {found.message}"
            severity = "warning" if found.severity == "error" else found.severity
            path = ("dashboards", name, "file")
            return replace(found, severity=severity, message=message, path=path, hint="")
    return found
