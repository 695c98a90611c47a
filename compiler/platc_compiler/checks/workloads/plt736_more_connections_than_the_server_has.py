"""A role or a program may open more connections than PostgreSQL accepts.

Why: ``max_connections`` bounds all of them together, three of which are kept for superusers. Beyond
it, the server refuses whoever comes: "sorry, too many clients already".

Bad:
```yaml
secrets: { pg: { keys: [superuser, app] } }
services:
  db:
    kind: postgres
    storage: 5Gi
    superuser_password: pg/superuser
    roles: { app: { password: pg/app, connections: 200 } }
    databases: { app: { owner: app } }
    config: { max_connections: 50 }
```

Good:
```yaml
secrets: { pg: { keys: [superuser, app] } }
services:
  db:
    kind: postgres
    storage: 5Gi
    superuser_password: pg/superuser
    roles: { app: { password: pg/app, connections: 40 } }
    databases: { app: { owner: app } }
    config: { max_connections: 50 }
```

Fix: raise ``max_connections``, or lower the role's ``connections`` or the pool of the program.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from platc_compiler.diagnostics import Diagnostic, warning
from platc_compiler.lower.kind import Context
from platc_spec.kinds.airflow import Airflow
from platc_spec.kinds.postgres import CONNECTIONS, Postgres

CODE = "PLT736"
_DEFAULT = 100
_RESERVED = 3
"""``superuser_reserved_connections``."""
_POOL = {"sql_alchemy_pool_size": 5, "sql_alchemy_max_overflow": 10}
"""The connections of each process of Airflow, with their defaults (config.yml, database)."""


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield a warning for each limit and each pool beyond the server's own."""
    services = context.spec.services
    for name, service in services.items():
        if isinstance(service, Postgres):
            yield from _roles(name, service)
        elif isinstance(service, Airflow):
            server = services.get(service.database.partition("/")[0])
            if isinstance(server, Postgres):
                yield from _pool(name, service, _free(server))


def _free(service: Postgres) -> int:
    """Return how many connections users can have; ``max_connections`` is a number already."""
    return int(service.config.get(CONNECTIONS, _DEFAULT)) - _RESERVED


def _roles(name: str, service: Postgres) -> Iterator[Diagnostic]:
    free = _free(service)
    for role, stated in service.roles.items():
        if stated.connections > free:
            message = f"the role '{role}' may have {stated.connections} connections, and the server"
            place = ("services", name, "roles", role, "connections")
            yield warning(CODE, f"{message} accepts {free} of users", place, _hint(free))


def _pool(name: str, service: Airflow, free: int) -> Iterator[Diagnostic]:
    stated: dict[str, Any] = service.config.get("database", {})
    if not _POOL.keys() & stated.keys():
        return
    sizes = {key: stated.get(key, default) for key, default in _POOL.items()}
    if not all(isinstance(size, int) for size in sizes.values()):
        return
    pool, overflow = sizes.values()
    if pool + max(overflow, 0) > free:
        message = f"a process of '{name}' may open {pool + overflow} connections, and the server"
        key = next(key for key in _POOL if key in stated)
        place = ("services", name, "config", "database", key)
        yield warning(CODE, f"{message} accepts {free} of users", place, _hint(free))


def _hint(free: int) -> str:
    return f"at most {free}, or raise {CONNECTIONS}" if free > 0 else f"raise {CONNECTIONS}"
