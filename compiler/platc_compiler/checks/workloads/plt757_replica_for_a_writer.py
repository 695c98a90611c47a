"""A role is bound to the replicas, and has something to write.

Why: replicas refuse every change, and the primary refuses the roles under ``replicas.roles``. Such
a role could not write at all.

Bad:
```yaml
secrets: { pg: { keys: [superuser, shop, replication] } }
services:
  db:
    kind: postgres
    storage: 5Gi
    superuser_password: pg/superuser
    roles: { shop: { password: pg/shop } }
    databases: { shop: { owner: shop } }
    replicas: { password: pg/replication, roles: [shop] }
```

Good:
```yaml
secrets: { pg: { keys: [superuser, shop, reports, replication] } }
services:
  db:
    kind: postgres
    storage: 5Gi
    superuser_password: pg/superuser
    roles: { shop: { password: pg/shop }, reports: { password: pg/reports } }
    databases: { shop: { owner: shop, schemas: { orders: { readers: [reports] } } } }
    replicas: { password: pg/replication, roles: [reports] }
```

Fix: name only roles that read, or remove the role from ``replicas.roles``.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.lower.kind import Context
from platc_spec.kinds.postgres import Postgres

CODE = "PLT757"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each role of the replicas that owns or writes something."""
    for name, service in context.of_kind(Postgres).items():
        if service.replicas is not None:
            written = dict(_written(service))
            for index, role in enumerate(service.replicas.roles):
                if role in written:
                    message = f"'{role}' {written[role]}, and the primary would refuse it"
                    place = ("services", name, "replicas", "roles", index)
                    yield error(CODE, message, place, "name a role that only reads")


def _written(service: Postgres) -> Iterator[tuple[str, str]]:
    """Yield each role that changes something, with what it does."""
    for name, database in service.databases.items():
        for key, schema in database.schemas.items():
            if schema.owner is not None:
                yield schema.owner, f"owns the schema {name}.{key}"
            for writer in schema.writers:
                yield writer, f"writes to the schema {name}.{key}"
        yield database.owner, f"owns the database {name}"
