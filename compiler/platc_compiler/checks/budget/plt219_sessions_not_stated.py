"""Nobody says how many sessions a service keeps with a database.

Why: programs have pools of their own, of ten or a hundred. Without the number, platc counts one for
each pod, and the budget of the server's connections proves little. Said of services that reach a
``postgres`` with a pooler.

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
    pooler: { password: pg/pooler }
  web: { depends_on: ["db:pooler"] }
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
    pooler: { password: pg/pooler }
  web: { depends_on: ["db:pooler"], sessions: { "db:pooler": 10 } }
```

Fix: write the largest size of the pool of one pod under ``sessions``.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.checks.budget.sessions_told import accounts_of
from platc_compiler.diagnostics import Diagnostic, note
from platc_compiler.ir.platform import Platform

CODE = "PLT219"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield a note for each dependency whose number of sessions is not stated."""
    told = set()
    for account in accounts_of(platform):
        target = account.limit.service
        if account.limit.port != "sql":
            target += f":{account.limit.port}"
        for client in account.clients:
            if not client.stated and client.origin not in told:
                told.add(client.origin)
                who = f"'{client.name}'"
                message = f"how many connections a pod of {who} opens to '{target}' is not stated"
                hint = (
                    f'counted as one; write sessions: {{ "{target}": 10 }} beside depends_on, say'
                )
                yield note(CODE, message, client.origin, hint)
