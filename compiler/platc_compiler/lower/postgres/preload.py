"""The modules that the server loads at its start, besides those under ``config``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from platc_spec.kinds import postgres as spec

SETTING = "shared_preload_libraries"
STATEMENTS = "pg_stat_statements"
PGAUDIT = "pgaudit"


def counts_statements(service: spec.Postgres) -> bool:
    """Return whether something reads what pg_stat_statements counts."""
    watched = service.exporter is not None and service.exporter.statements > 0
    return watched or (service.maintenance is not None and service.maintenance.report)


def audits(service: spec.Postgres) -> bool:
    """Return whether pgaudit writes the audit log."""
    return service.audit is not None and service.audit.by == "pgaudit"


def module_extensions(service: spec.Postgres) -> dict[str, tuple[str, ...]]:
    """Return the extensions of these modules by database.

    The view of pg_stat_statements has the statements of all databases. pgaudit logs the objects of
    a definition only where it is an extension of the database.
    """
    found: dict[str, tuple[str, ...]] = {}
    if counts_statements(service):
        found[spec.SUPERUSER] = (STATEMENTS,)
    if audits(service):
        for database in (spec.SUPERUSER, *sorted(service.databases)):
            found[database] = (*found.get(database, ()), PGAUDIT)
    return found


def with_modules(service: spec.Postgres) -> Mapping[str, Any]:
    """Return ``config`` with the modules that are needed, after those that it states itself."""
    needed = [STATEMENTS] if counts_statements(service) else []
    needed += [PGAUDIT] if audits(service) else []
    if not needed:
        return service.config
    stated = next((key for key in service.config if key.lower() == SETTING), SETTING)
    listed = [each.strip() for each in str(service.config.get(stated, "")).split(",")]
    own = [each for each in listed if each]
    known = {each.strip("\"'").removeprefix("$libdir/") for each in own}
    added = [each for each in needed if each not in known]
    return {**service.config, stated: ",".join([*own, *added])}
