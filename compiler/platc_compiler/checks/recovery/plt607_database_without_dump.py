"""There is a recovery objective, but a database has no dumps.

Why: a copy of a running database's files cannot be restored, and a snapshot is stored with the same
provider as the volume. Only a dump meets the objective.

Bad:
```yaml
recovery: { rto: 4h, rpo: 1h }
secrets: { db: { keys: [password] } }
services:
  db:
    kind: postgres
    storage: 1Gi
    superuser_password: db/password
    roles: { app: {} }
    databases: { shop: { owner: app } }
```

Good:
```yaml
recovery: { rto: 4h, rpo: 1h }
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
```

Fix: give the service a ``backup``.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, warning
from platc_compiler.ir.platform import Platform

CODE = "PLT607"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield a warning for each service with databases and without dumps."""
    if platform.spec.recovery is None:
        return
    dumped = {dump.service for dump in platform.database_backups}
    for service in sorted({database.service for database in platform.databases} - dumped):
        message = f"nobody dumps the databases of '{service}': all of them may be lost"
        yield warning(CODE, message, ("services", service), "give it a backup:", on_key=True)
