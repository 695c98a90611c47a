"""A Keycloak cannot use the schema of its tables.

The database does not have the schema, or the role that owns it has no password to log in with.

Why: Keycloak creates its tables at the first start. It ends, and starts again and again.

Bad:
```yaml
secrets: { sso: { keys: [admin, database, superuser] } }
services:
  postgres:
    kind: postgres
    storage: 1Gi
    superuser_password: sso/superuser
    databases: { etl: { owner: etl, schemas: { keycloak: { owner: keycloak_app } } } }
    roles: { etl: {}, keycloak_app: {} }
  keycloak:
    kind: keycloak
    database: postgres/etl
    schema: keycloak
    admin: { password: sso/admin }
```

Good:
```yaml
secrets: { sso: { keys: [admin, database, superuser] } }
services:
  postgres:
    kind: postgres
    storage: 1Gi
    superuser_password: sso/superuser
    databases: { etl: { owner: etl, schemas: { keycloak: { owner: keycloak_app } } } }
    roles: { etl: {}, keycloak_app: { password: sso/database } }
  keycloak:
    kind: keycloak
    database: postgres/etl
    schema: keycloak
    admin: { password: sso/admin }
```

Fix: declare the schema under ``schemas`` of the database, and give its owner a password.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.diagnostics.did_you_mean import did_you_mean
from platc_compiler.lower.kind import Context
from platc_spec.kinds.keycloak import Keycloak

CODE = "PLT762"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each such schema; another check reports an unknown database."""
    for name, service in context.of_kind(Keycloak).items():
        server, _, database = service.database.partition("/")
        offering = context.offerings.get(server)
        found = [d for d in (offering.databases if offering else ()) if d.name == database]
        for each in found:
            schemas = {schema.name: schema for schema in each.schemas}
            schema = schemas.get(service.schema_)
            place = ("services", name, "schema")
            if schema is None:
                meant = did_you_mean(
                    service.schema_, schemas, f"declare it under databases.{database}.schemas"
                )
                message = f"'{service.database}' has no schema '{service.schema_}'"
                yield error(CODE, message, place, meant)
            elif schema.password is None:
                message = f"'{schema.owner}', who owns '{schema.name}', has no password"
                hint = f"give roles.{schema.owner} of '{server}' a password"
                yield error(CODE, message, place, hint)
