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

from platc_compiler.checks.workloads.declared_migrations import readable
from platc_compiler.diagnostics import Diagnostic, warning
from platc_compiler.lower.kind import Context

CODE = "PLT761"
_MOST = 10_000
"""Versions above are dates or times."""
_SHOWN = 5


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield a warning for each folder whose whole numbers have a gap."""
    for each, files in readable(context):
        numbers = {file.version[0] for file in files if file.version is not None}
        last = max(numbers, default=0)
        if last >= _MOST:
            continue
        missing = sorted(set(range(min(numbers, default=0), last)) - numbers)
        if missing:
            listed = ", ".join(map(str, missing[:_SHOWN]))
            message = f"the migrations '{each.key}' lack the versions {listed}"
            yield warning(CODE, message, each.origin, "a file is missing", on_key=True)
