"""The roles of platc's own programs: they are not under ``roles`` and own nothing."""

from __future__ import annotations

from msgspec import Struct

from platc_compiler.diagnostics import Origin
from platc_compiler.lower.origins import service_origin
from platc_spec.kinds import postgres as spec


class SystemRole(Struct, frozen=True, kw_only=True):
    """A role that the bootstrap job creates beside those of platform.yaml."""

    name: str
    password: str
    """The reference of its password, ``secret/key``."""
    connections: int
    """The maximum of its simultaneous connections; -1 is no limit."""
    member_of: tuple[str, ...] = ()
    """The roles whose rights it inherits."""
    everywhere: bool = True
    """Whether it may connect to every database of the service."""
    replication: bool = False
    """Whether it may stream the write-ahead log. Such a role may connect to the database
    ``postgres``: there replicas ask whether their slot still holds what they need."""
    origin: Origin


def system_roles(name: str, service: spec.Postgres) -> tuple[SystemRole, ...]:
    """Return these roles."""
    return (*_exporter(name, service), *_pooler(name, service), *_replicas(name, service))


def _replicas(name: str, service: spec.Postgres) -> tuple[SystemRole, ...]:
    stated = service.replicas
    if stated is None or stated.password is None:
        return ()
    from platc_spec.postgres_replicas import REPLICATION_ROLE

    return (
        SystemRole(
            name=REPLICATION_ROLE, password=stated.password, connections=-1, everywhere=False,
            replication=True, origin=service_origin(name, "replicas"),
        ),
    )  # fmt: skip


def _pooler(name: str, service: spec.Postgres) -> tuple[SystemRole, ...]:
    stated = service.pooler
    if stated is None or stated.password is None:
        return ()
    from platc_compiler.lower.postgres.pooler import LOOKUP_POOL

    return (
        SystemRole(
            name=stated.role, password=stated.password, everywhere=False,
            # While pods are replaced there is one more than ``replicas``.
            connections=LOOKUP_POOL * (stated.replicas + 1), origin=service_origin(name, "pooler"),
        ),
    )  # fmt: skip


def _exporter(name: str, service: spec.Postgres) -> tuple[SystemRole, ...]:
    stated = service.exporter
    if stated is None:
        return ()
    return (
        SystemRole(
            name=stated.role, password=stated.password, member_of=("pg_monitor",),
            # One for each database, and one beside them while a scrape replaces another.
            connections=len(service.databases) + 3, origin=service_origin(name, "exporter"),
        ),
    )  # fmt: skip
