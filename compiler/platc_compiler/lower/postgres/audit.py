"""The audit log: settings of pgaudit, or of the server's own log.

Sources: README of pgaudit; PostgreSQL's manual, Error Reporting and Logging, ``log_statement``.
"""

from __future__ import annotations

from msgspec import Struct

from platc_compiler.lower.postgres.preload import audits
from platc_spec.kinds import postgres as spec

_DEFINITIONS = {"ddl", "role"}
_CHANGES = {*_DEFINITIONS, "write"}


class AuditSettings(Struct, frozen=True):
    """What postgresql.conf says of the audit."""

    connections: bool
    settings: tuple[tuple[str, str], ...]


def audit_settings(service: spec.Postgres) -> AuditSettings | None:
    """Return these settings, ``None`` without an audit."""
    stated = service.audit
    if stated is None:
        return None
    classes: set[str] = set(stated.classes)
    if audits(service):
        # What reads of the system catalogues log says nothing of anybody's data.
        chosen = ", ".join(sorted(classes))
        own = (("pgaudit.log", chosen), ("pgaudit.log_catalog", "off"))
        return AuditSettings(stated.connections, own)
    return AuditSettings(stated.connections, (("log_statement", _amount(classes)),))


def _amount(classes: set[str]) -> str:
    """Return the least amount of the server's own log that has these classes."""
    if classes <= _DEFINITIONS:
        return "ddl"
    return "mod" if classes <= _CHANGES else "all"
