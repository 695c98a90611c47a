"""Two services have their tables in one schema.

Why: both write the same tables. Two Airflows run each other's tasks, the users of one Grafana or
Keycloak are those of the other, and each migrates the tables to its own version. Tables of two
programs may have one name, such as ``session``.

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

Fix: give each a database of its own, or to a Keycloak a schema. More pods of one Grafana or
Keycloak are its ``replicas``.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from platc_compiler.diagnostics import Diagnostic, Mention, error
from platc_compiler.lower.kind import Context

CODE = "PLT782"
_COMMON = "public"
"""The schema of who states none."""


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each service whose schema an earlier one has."""
    first: dict[tuple[str, str], str] = {}
    for reference in context.references:
        if reference.to != "database" or reference.path[::2] != ("services", "database"):
            continue
        name = str(reference.path[1])
        stated = context.data["services"][name]
        schema = stated.get("schema", _COMMON)
        owner = first.setdefault((reference.name, schema), name)
        if owner != name:
            message = f"'{name}' and '{owner}' have their tables in one schema, '{schema}' of"
            key = "schema" if "schema" in stated else "database"
            hint = "give it a database of its own"
            found = error(CODE, f"{message} '{reference.name}'", ("services", name, key), hint)
            other = Mention(f"'{owner}' has it", ("services", owner, "database"))
            yield replace(found, notes=(other,))
