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

Fix: name a role of the same service, or declare it under its ``roles:``.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, Hint, Origin, error
from platc_compiler.diagnostics.did_you_mean import did_you_mean
from platc_compiler.lower.kind import Context
from platc_spec.kinds.postgres import SUPERUSER, Postgres

CODE = "PLT117"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each use of a role that is not declared."""
    for name, service in context.spec.services.items():
        if isinstance(service, Postgres):
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
    return did_you_mean(role, service.roles, f"declare it under services.{name}.roles:")


def _used(service: Postgres) -> Iterator[tuple[str, Origin]]:
    """Yield every named role, with its path."""
    for name, role in service.roles.items():
        yield from _each(role.member_of, ("roles", name, "member_of"))
    for name, database in service.databases.items():
        place: Origin = ("databases", name)
        yield database.owner, (*place, "owner")
        for schema_name, schema in database.schemas.items():
            below: Origin = (*place, "schemas", schema_name)
            if schema.owner is not None:
                yield schema.owner, (*below, "owner")
            yield from _each(schema.readers, (*below, "readers"))
            yield from _each(schema.writers, (*below, "writers"))


def _each(roles: tuple[str, ...], path: Origin) -> Iterator[tuple[str, Origin]]:
    for index, role in enumerate(roles):
        yield role, (*path, index)
