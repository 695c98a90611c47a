"""The modules that the server loads at its start, besides those under ``config``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from platc_spec.kinds import postgres as spec

SETTING = "shared_preload_libraries"
STATEMENTS = "pg_stat_statements"


def counts_statements(service: spec.Postgres) -> bool:
    """Return whether something reads what pg_stat_statements counts."""
    return service.exporter is not None and service.exporter.statements > 0


def with_modules(service: spec.Postgres) -> Mapping[str, Any]:
    """Return ``config`` with the modules that are needed, after those that it states itself."""
    needed = [STATEMENTS] if counts_statements(service) else []
    if not needed:
        return service.config
    stated = next((key for key in service.config if key.lower() == SETTING), SETTING)
    listed = [each.strip() for each in str(service.config.get(stated, "")).split(",")]
    own = [each for each in listed if each]
    known = {each.strip("\"'").removeprefix("$libdir/") for each in own}
    added = [each for each in needed if each not in known]
    return {**service.config, stated: ",".join([*own, *added])}
