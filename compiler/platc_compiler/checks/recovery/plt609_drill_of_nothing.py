"""A drill has no dumps to restore, or a check of a database that is not there.

Why: a drill restores what ``backup`` has uploaded. Without it, the drill would prove nothing.

Bad:
```yaml
secrets: { db: { keys: [password, id, key] } }
services:
  s3: { kind: external, address: { host: s3.example.com }, ports: { https: 443 } }
  db:
    kind: postgres
    storage: 1Gi
    superuser_password: db/password
    roles: { app: {} }
    databases: { shop: { owner: app } }
    drill: { schedule: "0 4 * * *" }
```

Good:
```yaml
secrets: { db: { keys: [password, id, key] } }
services:
  s3: { kind: external, address: { host: s3.example.com }, ports: { https: 443 } }
  db:
    kind: postgres
    storage: 1Gi
    superuser_password: db/password
    roles: { app: {} }
    databases: { shop: { owner: app } }
    backup:
      schedule: "*/30 * * * *"
      to: s3
      bucket: "s3://copies/db"
      credentials: { access_key_id: db/id, secret_access_key: db/key }
    drill: { schedule: "0 4 * * *" }
```

Fix: give the service a ``backup``, and name databases of the service under ``checks``.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.diagnostics.did_you_mean import did_you_mean
from platc_compiler.lower.kind import Context
from platc_spec.kinds.postgres import Postgres

CODE = "PLT609"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each drill that proves nothing."""
    for name, service in context.of_kind(Postgres).items():
        if service.drill is None:
            continue
        place = ("services", name, "drill")
        if service.backup is None:
            message = f"'{name}' has no dumps: the drill has nothing to restore"
            yield error(CODE, message, place, "give the service a backup:", on_key=True)
        for database in service.drill.checks:
            if database not in service.databases:
                hint = did_you_mean(database, service.databases, "declare it under databases:")
                message = f"there is no database '{database}'"
                yield error(CODE, message, (*place, "checks", database), hint, on_key=True)
