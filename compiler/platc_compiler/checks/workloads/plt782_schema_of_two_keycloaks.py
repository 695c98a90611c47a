"""Two Keycloaks have their tables in one schema.

Why: both write the same tables: the realms, users and sessions of the one are those of the other,
each migrates the tables to its own version, and the pods of two versions break each other's.

Bad:
```yaml
secrets: { sso: { keys: [admin, database, superuser] } }
services:
  postgres:
    kind: postgres
    storage: 1Gi
    superuser_password: sso/superuser
    databases: { keycloak: { owner: keycloak } }
    roles: { keycloak: { password: sso/database } }
  staff: { kind: keycloak, database: postgres/keycloak, admin: { password: sso/admin } }
  customers: { kind: keycloak, database: postgres/keycloak, admin: { password: sso/admin } }
```

Good:
```yaml
secrets: { sso: { keys: [admin, database, superuser] } }
services:
  postgres:
    kind: postgres
    storage: 1Gi
    superuser_password: sso/superuser
    databases: { keycloak: { owner: keycloak, schemas: { customers: {} } } }
    roles: { keycloak: { password: sso/database } }
  staff: { kind: keycloak, database: postgres/keycloak, admin: { password: sso/admin } }
  customers:
    kind: keycloak
    database: postgres/keycloak
    schema: customers
    admin: { password: sso/admin }
```

Fix: give each a schema or a database of its own. More pods of one Keycloak are its ``replicas``.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from platc_compiler.diagnostics import Diagnostic, Mention, error
from platc_compiler.lower.kind import Context
from platc_spec.kinds.keycloak import Keycloak

CODE = "PLT782"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each Keycloak whose schema an earlier one has."""
    first: dict[tuple[str, str], str] = {}
    for name, service in context.of_kind(Keycloak).items():
        owner = first.setdefault((service.database, service.schema_), name)
        if owner != name:
            where = f"the schema '{service.schema_}' of '{service.database}'"
            message = f"'{name}' and '{owner}' have their tables in {where}"
            key = "schema" if "schema_" in service.model_fields_set else "database"
            found = error(CODE, message, ("services", name, key), "give it a schema of its own")
            other = Mention(f"'{owner}' has it", ("services", owner, "database"))
            yield replace(found, notes=(other,))
