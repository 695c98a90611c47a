"""A role is named that its PostgreSQL does not have.

Why: the statements that set up databases and rights would fail. Their Job would fail with them, and
no database would become ready.

Bad:
```yaml
secrets:
  database: { keys: [superuser, shop] }
services:
  postgres:
    kind: postgres
    storage: 1Gi
    superuser_password: database/superuser
    roles: { shop: { password: database/shop } }
    databases: { shop: { owner: shopp } }
```

Good:
```yaml
secrets:
  database: { keys: [superuser, shop] }
services:
  postgres:
    kind: postgres
    storage: 1Gi
    superuser_password: database/superuser
    roles: { shop: { password: database/shop } }
    databases: { shop: { owner: shop } }
```

Fix: name a role of the same service, or declare it under its ``roles:``. ``member_of`` may also
name a role that PostgreSQL defines, such as ``pg_monitor``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, Hint, Origin, error
from platc_compiler.diagnostics.did_you_mean import did_you_mean
from platc_compiler.lower.kind import Context
from platc_spec.kinds.postgres import SUPERUSER, Membership, Postgres

CODE = "PLT117"
_PREDEFINED = {
    "pg_monitor": 13,
    "pg_read_all_settings": 13,
    "pg_read_all_stats": 13,
    "pg_stat_scan_tables": 13,
    "pg_signal_backend": 13,
    "pg_read_server_files": 13,
    "pg_write_server_files": 13,
    "pg_execute_server_program": 13,
    "pg_read_all_data": 14,
    "pg_write_all_data": 14,
    "pg_checkpoint": 15,
    "pg_use_reserved_connections": 16,
    "pg_create_subscription": 16,
    "pg_maintain": 17,
    "pg_signal_autovacuum_worker": 18,
}
"""The roles that PostgreSQL defines, each with its first major version (manual, Predefined Roles).
No role can be a member of ``pg_database_owner``."""


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each use of a role that is not declared."""
    for name, service in context.of_kind(Postgres).items():
        for role, path in _used(service):
            if role not in service.roles:
                place = ("services", name, *path)
                yield error(
                    CODE, f"the service '{name}' has no role '{role}'", place,
                    _hint(role, name, service),
                )  # fmt: skip


def _hint(role: str, name: str, service: Postgres) -> str | Hint:
    if role == SUPERUSER:
        return "name a role of its roles: the superuser is for setting them up"
    if role in _PREDEFINED and _PREDEFINED[role] > service.major:
        return (
            f"PostgreSQL defines it since version {_PREDEFINED[role]}, and this is {service.major}"
        )
    if role in _PREDEFINED:
        return f"only member_of names it: make a role a member of it under services.{name}.roles:"
    if role.startswith("pg_"):
        known = [each for each, since in _PREDEFINED.items() if since <= service.major]
        return did_you_mean(role, known, "name another: PostgreSQL keeps names with pg_ for itself")
    return did_you_mean(role, service.roles, f"declare it under services.{name}.roles:")


def _used(service: Postgres) -> Iterator[tuple[str, Origin]]:
    """Yield every named role, with its path."""
    for name, role in service.roles.items():
        for index, stated in enumerate(role.member_of):
            path: Origin = ("roles", name, "member_of", index)
            if isinstance(stated, Membership):
                group, path = stated.role, (*path, "role")
            else:
                group = stated
            if _PREDEFINED.get(group, sys.maxsize) > service.major:
                yield group, path
    if service.replicas is not None:
        for index, bound in enumerate(service.replicas.roles):
            yield bound, ("replicas", "roles", index)
    for name, database in service.databases.items():
        place: Origin = ("databases", name)
        yield database.owner, (*place, "owner")
        yield from _each(database.connect, (*place, "connect"))
        yield from _each(database.create, (*place, "create"))
        yield from _each(database.temporary, (*place, "temporary"))
        for schema_name, schema in database.schemas.items():
            below: Origin = (*place, "schemas", schema_name)
            if schema.owner is not None:
                yield schema.owner, (*below, "owner")
            yield from _each(schema.readers, (*below, "readers"))
            yield from _each(schema.writers, (*below, "writers"))


def _each(roles: tuple[str, ...], path: Origin) -> Iterator[tuple[str, Origin]]:
    for index, role in enumerate(roles):
        yield role, (*path, index)
