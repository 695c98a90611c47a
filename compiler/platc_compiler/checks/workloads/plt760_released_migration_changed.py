"""A migration that an earlier build has released was changed or removed, or one was put before it.

Why: Flyway runs a version once. It compares the checksums of what it has run with the files, and
refuses to run anything when one differs or is missing. A version below the newest that it has run
is refused as well.

Bad:
```yaml earlier
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
```
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
          V1__tables.sql: "CREATE TABLE items (id bigint PRIMARY KEY)"
```

Good:
```yaml earlier
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
```
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

Fix: restore the file, and write the change as a new file with the next version. Where nobody has
run the file yet, build into an empty folder.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.objects.earlier import Change, Changes

CODE = "PLT760"


def check_change(changes: Changes) -> Iterator[Diagnostic]:
    """Yield an error for each released file that is not as it was."""
    for change in changes.changed:
        place = change.after.origin
        if change.after.kind == "ConfigMap" and place[2:3] == ("migrations",):
            yield from _of(change)


def _of(change: Change) -> Iterator[Diagnostic]:
    from platc_compiler.lower.postgres.migration_files import MigrationFile

    before = [MigrationFile(n, None, t) for n, t in _data(change.before).items()]
    after = {n: MigrationFile(n, None, t) for n, t in _data(change.after.body).items()}
    place = change.after.origin
    for old in before:
        if old.version is None:
            continue
        new = after.pop(old.name, None)
        if new is None:
            message = f"the migration '{old.name}' is gone, and an earlier build has released it"
            yield error(CODE, message, place, "restore the file", on_key=True)
        elif new.checksum != old.checksum:
            message = f"the migration '{old.name}' has changed since an earlier build released it"
            hint = "restore it, and write the change as the next version"
            yield error(CODE, message, place, hint, on_key=True)
    newest = max((each.version for each in before if each.version is not None), default=())
    for new in after.values():
        if new.version is not None and new.version < newest:
            last = ".".join(map(str, newest))
            message = f"the migration '{new.name}' comes before {last}, which has been released"
            yield error(CODE, message, place, "give it the next version", on_key=True)


def _data(body: Mapping[str, object]) -> Mapping[str, str]:
    data = body.get("data")
    return data if isinstance(data, Mapping) else {}
