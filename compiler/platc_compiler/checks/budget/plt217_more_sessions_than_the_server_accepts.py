"""The pools and the direct clients of a database server may open more sessions than it accepts.

Why: PostgreSQL refuses a session beyond ``max_connections``, less what is reserved for superusers:
"sorry, too many clients already". A pooler keeps up to ``default_pool_size`` sessions for each pair
of a database and a role that may connect to it, in each of its pods; to these come the services
that go to the server itself, with their pools as large as they can be: of Airflow, each process has
one. Checked where a ``postgres`` has a pooler.

Bad:
```yaml
secrets: { pg: { keys: [superuser, app, pooler] } }
services:
  db:
    kind: postgres
    storage: 5Gi
    superuser_password: pg/superuser
    roles: { app: { password: pg/app } }
    databases: { shop: { owner: app }, stock: { owner: app } }
    config: { max_connections: 40 }
    pooler: { password: pg/pooler, default_pool_size: 20 }
  web: { depends_on: ["db:pooler"], sessions: { "db:pooler": 10 } }
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
    databases: { shop: { owner: app }, stock: { owner: app } }
    config: { max_connections: 120 }
    pooler: { password: pg/pooler, default_pool_size: 20 }
  web: { depends_on: ["db:pooler"], sessions: { "db:pooler": 10 } }
```

Fix: raise ``max_connections``, or lower the pools: ``default_pool_size``, ``max_db_connections`` of
a database, ``sql_alchemy_pool_size`` and ``sql_alchemy_max_overflow`` of Airflow.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.checks.budget.sessions_told import exceeded, too_many
from platc_compiler.diagnostics import Diagnostic
from platc_compiler.ir.platform import Platform

CODE = "PLT217"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield an error for each server with too many sessions."""
    for account in exceeded(platform, server=True):
        missing = account.total - account.limit.most
        hint = f"raise config.max_connections by {missing}, or lower the pools"
        yield too_many(CODE, account, f"the clients of '{account.limit.service}'", hint)
