"""A backup goes to an object store, and nothing says with which credentials.

Why: without a key, the upload succeeds only where the cloud gives a role to the node's pods.
Everywhere else it fails, and often nobody notices before a restore is needed.

Bad:
```yaml
secrets: { db: { keys: [password] } }
services:
  s3: { kind: external, address: { host: s3.example.com }, ports: { https: 443 } }
  db:
    kind: postgres
    storage: 1Gi
    superuser_password: db/password
    roles: { app: {} }
    databases: { shop: { owner: app } }
    backup: { schedule: "@hourly", to: s3, bucket: "s3://copies/db" }
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
      schedule: "@hourly"
      to: s3
      bucket: "s3://copies/db"
      credentials: { access_key_id: db/id, secret_access_key: db/key }
```

Fix: add ``credentials``, two keys of a declared secret.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, warning
from platc_compiler.ir.platform import Platform

CODE = "PLT605"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield a warning for each dump that is uploaded without a key."""
    for dump in platform.database_backups:
        if not dump.credentials:
            message = f"the dumps of '{dump.service}' are uploaded without credentials"
            hint = "add credentials: { access_key_id: SECRET/KEY, secret_access_key: SECRET/KEY }"
            yield warning(CODE, message, dump.origin, hint, on_key=True)
