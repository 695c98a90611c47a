"""The pooler has settings for a database that it cannot have a pool of.

Why: PgBouncer would keep settings that nobody uses, and the pool that was meant would have the
default size. ``pgbouncer`` is its own console: a database of that name cannot be reached by it.

Bad:
```yaml
secrets: { pg: { keys: [superuser, app, pooler] } }
services:
  db:
    kind: postgres
    storage: 5Gi
    superuser_password: pg/superuser
    roles: { app: { password: pg/app } }
    databases: { shop: { owner: app } }
    pooler: { password: pg/pooler, databases: { shpo: { pool_size: 5 } } }
  web: { depends_on: ["db:pooler"] }
```

Good:
```yaml
secrets: { pg: { keys: [superuser, app, pooler] } }
services:
  db:
    kind: postgres
    storage: 5Gi
    superuser_password: pg/superuser
    roles: { app: { password: pg/app } }
    databases: { shop: { owner: app } }
    pooler: { password: pg/pooler, databases: { shop: { pool_size: 5 } } }
  web: { depends_on: ["db:pooler"] }
```

Fix: name a database that the service declares under ``databases:``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.diagnostics.did_you_mean import did_you_mean
from platc_compiler.lower.kind import Context
from platc_spec.kinds.postgres import Postgres

CODE = "PLT753"
_RESERVED = {
    "pgbouncer": "PgBouncer's own console",
    "pgbouncer_lookup": "where PgBouncer looks up passwords",
}
_KEY = re.compile(r"[A-Za-z0-9_.-]+")
"""What a name in ``[databases]`` can be; PgBouncer does not start with another one."""


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each database that is unknown, or whose name PgBouncer keeps."""
    for name, service in context.of_kind(Postgres).items():
        if service.pooler is not None:
            yield from _databases(name, service)
            place = ("services", name, "pooler", "databases")
            for each in service.pooler.databases.keys() - service.databases.keys():
                hint = did_you_mean(each, service.databases, f"declare it under {name}.databases")
                message = f"the service '{name}' has no database '{each}'"
                yield error(CODE, message, (*place, each), hint, on_key=True)


def _databases(name: str, service: Postgres) -> Iterator[Diagnostic]:
    for each in service.databases:
        place = ("services", name, "databases", each)
        if each in _RESERVED:
            message = f"'{each}' is {_RESERVED[each]}: no client of the pooler reaches a database"
            yield error(CODE, f"{message} of this name", place, "rename it", on_key=True)
        elif not _KEY.fullmatch(each):
            message = f"PgBouncer's configuration cannot name the database '{each}'"
            hint = "rename it: letters, digits, '_', '.' and '-'"
            yield error(CODE, message, place, hint, on_key=True)
