"""A realm holds a credential.

Why: the realm becomes a ConfigMap, which everybody reads who may read the namespace or ``out/``.

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
    realms: { shop: { settings: { clients: [{ clientId: web, secret: "x7-Kp2-vv9-Qa4" }] } } }
```

Good:
```yaml
secrets: { sso: { keys: [admin, database, superuser, web] } }
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
    env: { WEB_SECRET: "${sso/web}" }
    realms: { shop: { settings: { clients: [{ clientId: web, secret: "${WEB_SECRET}" }] } } }
```

Fix: write ``${NAME}`` in its place, and ``env: { NAME: "${secret/key}" }``: Keycloak replaces it
when it creates the realm.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.checks.workloads.declared_realms import declared, realm
from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.lower.kind import Context

CODE = "PLT764"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each such credential."""
    for each in declared(context):
        from platc_compiler.lower.keycloak_realms import literal_secrets

        for place in literal_secrets(realm(each.name, each.stated, context)):
            message = f"the realm '{each.name}' holds a credential at {place}"
            hint = 'write "${NAME}" there, and env: { NAME: "${secret/key}" }'
            yield error(CODE, message, each.origin, hint, on_key=True)
