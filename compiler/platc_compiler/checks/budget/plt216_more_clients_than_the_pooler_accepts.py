"""The clients of a pooler may open more connections than it accepts.

Why: PgBouncer refuses a client beyond ``max_client_conn`` at once: "no more connections allowed".
With several pods one may be away, while it is replaced, and its clients go to the others. The
exporter beside PgBouncer has one of the connections of each pod.

Bad:
```yaml
secrets: { pg: { keys: [superuser, app, pooler] } }
services:
  db:
    kind: postgres
    storage: 5Gi
    superuser_password: pg/superuser
    roles: { app: { password: pg/app } }
    databases: { shop: { owner: app } }
    pooler: { password: pg/pooler, max_client_conn: 20 }
  web: { replicas: 3, depends_on: ["db:pooler"], sessions: { "db:pooler": 10 } }
```

Good:
```yaml
secrets: { pg: { keys: [superuser, app, pooler] } }
services:
  db:
    kind: postgres
    storage: 5Gi
    superuser_password: pg/superuser
    roles: { app: { password: pg/app } }
    databases: { shop: { owner: app } }
    pooler: { password: pg/pooler, max_client_conn: 200 }
  web: { replicas: 3, depends_on: ["db:pooler"], sessions: { "db:pooler": 10 } }
```

Fix: raise ``max_client_conn``, add ``replicas``, or lower the pools of the clients.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.checks.budget.sessions_told import exceeded, too_many
from platc_compiler.diagnostics import Diagnostic
from platc_compiler.ir.platform import Platform

CODE = "PLT216"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield an error for each pooler with too many clients."""
    for account in exceeded(platform, server=False):
        what = f"the clients of the {account.limit.port} of '{account.limit.service}'"
        missing = -((account.limit.most - account.total) // account.limit.shares)
        hint = f"raise max_client_conn by {missing}, or lower the clients' pools"
        yield too_many(CODE, account, what, hint)
