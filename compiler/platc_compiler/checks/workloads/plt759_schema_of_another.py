"""A migration changes the schema of another, or reads one that its owner may not read.

Why: a schema has one owner, and its tables change by its own migrations alone. PostgreSQL would
refuse the statement when the Job runs, and the files after it would not be run.

Bad:
```yaml
secrets: { pg: { keys: [superuser, shop] } }
services:
  db:
    kind: postgres
    storage: 5Gi
    superuser_password: pg/superuser
    roles: { shop: { password: pg/shop } }
    databases: { shop: { owner: shop, schemas: { orders: {}, stock: {} } } }
    migrations:
      orders:
        database: shop
        schema: orders
        files:
          V1__tables.sql: "ALTER TABLE stock.items ADD COLUMN price numeric"
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
    databases: { shop: { owner: shop, schemas: { orders: {}, stock: {} } } }
    migrations:
      orders:
        database: shop
        schema: orders
        files:
          V1__tables.sql: "ALTER TABLE items ADD COLUMN price numeric"
```

Fix: move the statement to the migrations of that schema. To read it, name the owner of this one
among its ``readers``.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from platc_compiler.diagnostics import Diagnostic, Origin, Span, error
from platc_compiler.lower.kind import Context
from platc_compiler.source.load import Unreadable
from platc_spec.kinds.postgres import Postgres, PostgresDatabase
from platc_spec.postgres_migrations import Migrations

CODE = "PLT759"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each place of a file where another schema is named."""
    for name, service in context.spec.services.items():
        if isinstance(service, Postgres):
            for key, stated in service.migrations.items():
                database = service.databases.get(stated.database)
                if database is not None and stated.schema_ in database.schemas:
                    place = ("services", name, "migrations", key)
                    yield from _of(context, stated, database, place)


def _of(
    context: Context, stated: Migrations, database: PostgresDatabase, place: Origin
) -> Iterator[Diagnostic]:
    from platc_compiler.expressions.sql import named_schemas
    from platc_compiler.lower.postgres.migration_files import migration_files

    owner = database.schemas[stated.schema_].owner or database.owner
    others = frozenset(database.schemas) - {stated.schema_}
    try:
        files = migration_files(stated, context.beside)
    except Unreadable:
        return
    for each in files:
        for named in named_schemas(each.text, others):
            schema = database.schemas[named.schema]
            readers = (schema.owner or database.owner, *schema.readers, *schema.writers)
            if not named.changed and owner in readers:
                continue
            what = "changes" if named.changed else "reads"
            message = f"'{each.name}' {what} the schema '{named.schema}', which is another's"
            hint = (
                f"move it to the migrations of {named.schema}"
                if named.changed
                else f"name '{owner}' among the readers of {named.schema}"
            )
            before = each.text[: named.start]
            line, column = before.count("\n"), len(before.rpartition("\n")[2])
            if each.path is None:
                where = (*place, "files", each.name)
                yield error(CODE, f"{message} (its line {line + 1})", where, hint, on_key=True)
            else:
                span = Span(line, column, line, column + len(named.schema))
                found = error(CODE, message, (*place, "folder"), hint)
                yield replace(found, span=span, file=each.path)
