"""A migration cannot run, or Flyway would pass over one of its files.

Why: Flyway runs files named ``V1__words.sql`` once, in the order of their versions, and files named
``R__words.sql`` after them. It passes over every other name without a word, and refuses two files
of one version. The owner of the schema runs them: the schema and its owner must be there.

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
          V1_tables.sql: "CREATE TABLE items (id bigint PRIMARY KEY)"
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
          V1__tables.sql: "CREATE TABLE items (id bigint PRIMARY KEY)"
```

Fix: name each file ``V``, a version of its own, two underscores, some words and ``.sql``; name a
declared schema, and give its owner a password.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from platc_compiler.checks.workloads.declared_migrations import declared
from platc_compiler.diagnostics import Diagnostic, Origin, error
from platc_compiler.diagnostics.did_you_mean import did_you_mean
from platc_compiler.lower.kind import Context
from platc_compiler.source.load import Unreadable
from platc_spec.kinds.postgres import Postgres

if TYPE_CHECKING:
    from platc_spec.postgres_migrations import Migrations

CODE = "PLT758"
_LONGEST = 253
"""Characters of a key at most (IsConfigMapKey, k8s.io/apimachinery)."""


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each migration that cannot run, and for each such file."""
    for each in declared(context):
        yield from _of_schema(each.server, each.stated, each.origin)
        yield from _of_files(context, each.stated, each.origin)


def _of_schema(service: Postgres, stated: Migrations, place: Origin) -> Iterator[Diagnostic]:
    database = service.databases.get(stated.database)
    if database is None:
        message = f"there is no database '{stated.database}'"
        hint = did_you_mean(stated.database, service.databases, "declare it under databases:")
        yield error(CODE, message, (*place, "database"), hint)
        return
    schema = database.schemas.get(stated.schema_)
    if schema is None:
        message = f"the database '{stated.database}' has no schema '{stated.schema_}'"
        hint = did_you_mean(stated.schema_, database.schemas, "declare it under schemas:")
        yield error(CODE, message, (*place, "schema"), hint)
        return
    owner = schema.owner or database.owner
    role = service.roles.get(owner)
    if role is not None and role.password is None:
        message = f"'{owner}' owns the schema and has no password: nobody can run its migrations"
        yield error(CODE, message, (*place, "schema"), f"give roles.{owner} a password:")


def _of_files(context: Context, stated: Migrations, place: Origin) -> Iterator[Diagnostic]:
    from platc_compiler.lower.postgres.migration_files import migration_files

    try:
        files = migration_files(stated, context.beside)
    except Unreadable as fault:
        message = f"the migrations cannot be read: {fault.message}"
        yield error(CODE, message, (*place, "folder"), fault.hint)
        return
    if not files:
        message = f"there is no file of SQL below '{stated.folder}'"
        yield error(CODE, message, (*place, "folder"), "put V1__words.sql there")
    seen: dict[object, str] = {}
    for each in files:
        where = (*place, "folder") if each.path else (*place, "files", each.name)
        shown, version = each.path or each.name, each.version
        on_key = each.path is None
        key = each.name if version is None else version
        if not each.runs:
            message = f"Flyway would pass over '{shown}'"
            hint = "name it V1__words.sql, with a version of its own, or R__words.sql"
            yield error(CODE, message, where, hint, on_key=on_key)
        elif not _is_key(each.name):
            message = f"'{shown}' is no name for a file of a ConfigMap"
            yield error(CODE, message, where, "use letters, digits, '.', '_', '-'", on_key=on_key)
        elif key in seen:
            message = f"'{shown}' has the version of '{seen[key]}', and Flyway refuses both"
            yield error(CODE, message, where, "give it the next version", on_key=on_key)
        seen.setdefault(key, each.name)


def _is_key(name: str) -> bool:
    return len(name) <= _LONGEST and all(c.isascii() and (c.isalnum() or c in "-._") for c in name)
