"""The maintenance of a PostgreSQL server names a database that is not declared, or there is none.

Why: the job visits the databases of platform.yaml; what is stated for another one has no effect,
and without any the job fails.

Bad:
```yaml
secrets: { pg: { keys: [superuser, shop] } }
services:
  db:
    kind: postgres
    storage: 5Gi
    superuser_password: pg/superuser
    roles: { shop: { password: pg/shop } }
    databases: { shop: { owner: shop } }
    maintenance: { reindex: [shopp] }
```

Good:
```yaml
secrets: { pg: { keys: [superuser, shop] } }
services:
  db:
    kind: postgres
    storage: 5Gi
    superuser_password: pg/superuser
    roles: { shop: { password: pg/shop } }
    databases: { shop: { owner: shop } }
    maintenance: { reindex: [shop] }
```

Fix: name a database under ``databases``.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, Origin, error
from platc_compiler.diagnostics.did_you_mean import did_you_mean
from platc_compiler.lower.kind import Context
from platc_spec.kinds.postgres import Postgres

CODE = "PLT752"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each such name."""
    for name, service in context.of_kind(Postgres).items():
        if service.maintenance is not None:
            place: Origin = ("services", name, "maintenance")
            stated = service.maintenance
            if not service.databases:
                message = f"'{name}' has no database to maintain"
                hint = "declare databases:, or remove maintenance:"
                yield error(CODE, message, place, hint, on_key=True)
                continue
            for index, database in enumerate(stated.reindex):
                if database not in service.databases:
                    yield _unknown(database, service, (*place, "reindex", index))
            for database in stated.autovacuum:
                if database not in service.databases:
                    yield _unknown(database, service, (*place, "autovacuum", database), key=True)


def _unknown(database: str, service: Postgres, place: Origin, *, key: bool = False) -> Diagnostic:
    hint = did_you_mean(database, service.databases, "declare it under databases:, or remove it")
    return error(CODE, f"unknown database '{database}'", place, hint, on_key=key)
