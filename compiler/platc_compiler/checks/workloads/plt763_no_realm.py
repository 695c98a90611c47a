"""The file of a realm is missing, or holds no realm of this name.

Why: Keycloak does not start with a file that it cannot import. A realm of another name would be
created under that name.

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
  keycloak:
    kind: keycloak
    database: postgres/keycloak
    admin: { password: sso/admin }
    realms: { shop: { file: realms/shop.json } }
```

Good:
```yaml
secrets: { sso: { keys: [admin, database, superuser] } }
services:
  postgres:
    kind: postgres
    storage: 1Gi
    superuser_password: sso/superuser
    databases: { keycloak: { owner: keycloak } }
    roles: { keycloak: { password: sso/database } }
  keycloak:
    kind: keycloak
    database: postgres/keycloak
    admin: { password: sso/admin }
    realms: { shop: { settings: { registrationAllowed: false } } }
```

Fix: save an export of the realm (its "Partial export", or ``kc.sh export``) below the folder of
platform.yaml, and give the realm in platform.yaml its name.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.checks.workloads.declared_realms import declared
from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.lower.kind import Context
from platc_compiler.source.load import Unreadable

CODE = "PLT763"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each such realm."""
    for each in declared(context):
        from platc_compiler.lower.keycloak_realms import NoRealmError, realm_of

        try:
            realm_of(each.name, each.stated, context)
        except Unreadable as fault:
            yield fault.diagnostic
        except NoRealmError as fault:
            message = f"{each.stated.file or each.name} holds no realm '{each.name}': {fault}"
            yield error(CODE, message, each.origin, "name an export of the realm in JSON")
