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

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from msgspec.structs import replace

from platc_compiler.checks.workloads.declared_migrations import readable
from platc_compiler.diagnostics import Diagnostic, Origin, Span, error
from platc_compiler.lower.kind import Context
from platc_spec.kinds.postgres import PostgresDatabase

if TYPE_CHECKING:
    from platc_compiler.lower.postgres.migration_files import MigrationFile
    from platc_spec.postgres_migrations import Migrations

CODE = "PLT759"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each place of a file where another schema is named."""
    for each, files in readable(context):
        database = each.server.databases.get(each.stated.database)
        if database is not None and each.stated.schema_ in database.schemas:
            yield from _of(each.stated, files, database, each.origin)


def _of(
    stated: Migrations, files: Iterable[MigrationFile], database: PostgresDatabase, place: Origin
) -> Iterator[Diagnostic]:
    from platc_compiler.expressions.sql import named_schemas

    owner = database.schemas[stated.schema_].owner or database.owner
    others = frozenset(database.schemas) - {stated.schema_}
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
