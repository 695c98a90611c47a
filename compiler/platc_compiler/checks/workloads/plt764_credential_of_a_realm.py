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

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.lower.kind import Context
from platc_compiler.source.load import Unreadable
from platc_spec.kinds.keycloak import Keycloak

CODE = "PLT764"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each such credential."""
    for name, service in context.spec.services.items():
        if not isinstance(service, Keycloak):
            continue
        from platc_compiler.lower.keycloak_realms import (
            NoRealmError,
            literal_secrets,
            realm_of,
        )

        for realm, stated in service.realms.items():
            key = "settings" if stated.file is None else "file"
            place = ("services", name, "realms", realm, key)
            try:
                found = list(literal_secrets(realm_of(realm, stated, context)))
            except (NoRealmError, Unreadable):
                continue
            for each in found:
                message = f"the realm '{realm}' holds a credential at {each}"
                hint = 'write "${NAME}" there, and env: { NAME: "${secret/key}" }'
                yield error(CODE, message, place, hint, on_key=True)
