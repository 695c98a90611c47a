"""pg_hba.conf: who may connect to a server, and how."""

from __future__ import annotations

from platc_compiler.lower.postgres import tls
from platc_compiler.templating.templates import Templates
from platc_spec.kinds import postgres as spec
from platc_spec.postgres_replicas import REPLICATION_ROLE


def pg_hba(service: spec.Postgres, templates: Templates, *, replica: bool = False) -> str:
    """Return the file of the primary, or of a replica.

    The first line that matches a connection decides. ``all`` does not mean connections for
    replication (PostgreSQL's manual, Client Authentication).
    """
    stated = None if replica else service.replicas
    copied = not replica and service.archive is not None
    return templates.text(
        "kinds/postgres/pg_hba.conf.j2", host=tls.host(service),
        copied=spec.SUPERUSER if copied else None,
        replication=REPLICATION_ROLE if stated else None, elsewhere=stated.roles if stated else (),
    )  # fmt: skip
