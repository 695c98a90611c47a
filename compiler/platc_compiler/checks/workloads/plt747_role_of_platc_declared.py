"""A role under ``roles`` has the name of one that platc makes for a program of its own.

Why: the two would be one role: each run of the bootstrap job would give it the one password and
then the other, and the program would have the rights of the role.

Bad:
```yaml
secrets: { pg: { keys: [superuser, watch, exporter] } }
services:
  db:
    kind: postgres
    storage: 5Gi
    superuser_password: pg/superuser
    roles: { exporter: { password: pg/watch } }
    exporter: { password: pg/exporter }
```

Good:
```yaml
secrets: { pg: { keys: [superuser, watch, exporter] } }
services:
  db:
    kind: postgres
    storage: 5Gi
    superuser_password: pg/superuser
    roles: { watch: { password: pg/watch } }
    exporter: { password: pg/exporter }
```

Fix: rename one of them (``exporter.role``), or remove the one under ``roles``.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.lower.kind import Context
from platc_spec.kinds.postgres import Postgres

CODE = "PLT747"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each such role."""
    for name, service in context.of_kind(Postgres).items():
        yield from _of(name, service)


def _of(name: str, service: Postgres) -> Iterator[Diagnostic]:
    from platc_compiler.lower.postgres.system_roles import system_roles

    for own in system_roles(name, service):
        if own.name in service.roles:
            message = f"the role '{own.name}' is the one of platc's {own.origin[-1]}"
            place = ("services", name, "roles", own.name)
            hint = "rename it"
            if not own.replication:
                hint += f", or write another name as {own.origin[-1]}.role"
            yield error(CODE, message, place, hint, on_key=True)
