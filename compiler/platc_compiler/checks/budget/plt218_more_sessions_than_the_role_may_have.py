"""The sessions of a role may become more than the role may have.

Why: the server refuses a session beyond the role's own limit, and a pool that was not yet full gets
an error instead of a connection: "too many connections for role". Checked where a ``postgres`` has
a pooler.

Bad:
```yaml
secrets: { pg: { keys: [superuser, app, pooler] } }
services:
  db:
    kind: postgres
    storage: 5Gi
    superuser_password: pg/superuser
    roles: { app: { password: pg/app, connections: 10 } }
    databases: { shop: { owner: app } }
    pooler: { password: pg/pooler }
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
    roles: { app: { password: pg/app, connections: 40 } }
    databases: { shop: { owner: app } }
    pooler: { password: pg/pooler }
  web: { depends_on: ["db:pooler"], sessions: { "db:pooler": 10 } }
```

Fix: raise the role's ``connections``, or lower the pools of its databases.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec.structs import replace

from platc_compiler.checks.budget.sessions_told import accounts_of, mentions
from platc_compiler.diagnostics import Diagnostic
from platc_compiler.ir.platform import Platform

if TYPE_CHECKING:
    from platc_compiler.budget.sessions import Account, Client

CODE = "PLT218"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield an error for each role whose limit is too small."""
    for account in accounts_of(platform):
        yield from _of(account)


def _of(account: Account) -> Iterator[Diagnostic]:
    for role, most, place in account.limit.roles:
        clients = tuple(_share(client, role) for client in account.clients)
        used = [client for client in clients if client.each]
        total = sum(client.total for client in used)
        if total > most:
            message = f"the role '{role}' may open {total} connections, and it may have {most}"
            hint = f"raise it to {total}, or lower its pools"
            yield Diagnostic(CODE, "error", message, place, hint, mentions(used))


def _share(client: Client, role: str) -> Client:
    """Return what a client has of the sessions of one role."""
    return replace(client, each=dict(client.roles).get(role, 0))
