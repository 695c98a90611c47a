"""A number is missing between the versions of migrations.

Why: Flyway runs what is there. A file that was forgotten, or that comes with another branch, is
refused later, when a higher version has already been run.

Bad:
```yaml
secrets: { pg: { keys: [superuser, shop] } }
services:
  db:
    kind: postgres
    storage: 5Gi
    superuser_password: pg/superuser
    roles: { shop: { password: pg/shop } }
    databases: { shop: { owner: shop, schemas: { orders: {} } } }
    migrations:
      orders:
        database: shop
        schema: orders
        files:
          V1__tables.sql: "CREATE TABLE items (id bigint)"
          V3__key.sql: "ALTER TABLE items ADD PRIMARY KEY (id)"
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
    databases: { shop: { owner: shop, schemas: { orders: {} } } }
    migrations:
      orders:
        database: shop
        schema: orders
        files:
          V1__tables.sql: "CREATE TABLE items (id bigint)"
          V2__key.sql: "ALTER TABLE items ADD PRIMARY KEY (id)"
```

Fix: add the file, or number the later ones anew if nobody has run them yet. Versions that are dates
have no gaps.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, warning
from platc_compiler.lower.kind import Context
from platc_compiler.source.load import Unreadable
from platc_spec.kinds.postgres import Postgres

CODE = "PLT761"
_MOST = 10_000
"""Versions above are dates or times."""
_SHOWN = 5


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield a warning for each folder whose whole numbers have a gap."""
    for name, service in context.spec.services.items():
        if not isinstance(service, Postgres):
            continue
        for key, stated in service.migrations.items():
            from platc_compiler.lower.postgres.migration_files import migration_files

            try:
                files = migration_files(stated, context.beside)
            except Unreadable:
                continue
            numbers = {v[0] for each in files if (v := each.version) is not None}
            last = max(numbers, default=0)
            if last >= _MOST:
                continue
            missing = sorted(set(range(min(numbers, default=0), last)) - numbers)
            if missing:
                listed = ", ".join(map(str, missing[:_SHOWN]))
                message = f"the migrations '{key}' lack the versions {listed}"
                place = ("services", name, "migrations", key)
                yield warning(CODE, message, place, "a file is missing", on_key=True)
