"""A role or a database is to have its own value of a setting that only the whole server has.

Why: PostgreSQL reads such a setting when it starts, when it reads its file again, or when a client
connects. ``ALTER ROLE … SET`` is refused, and the job that sets up roles fails.

Bad:
```yaml
secrets: { pg: { keys: [superuser, app] } }
services:
  db:
    kind: postgres
    storage: 5Gi
    superuser_password: pg/superuser
    roles: { app: { password: pg/app, settings: { max_connections: 50 } } }
```

Good:
```yaml
secrets: { pg: { keys: [superuser, app] } }
services:
  db:
    kind: postgres
    storage: 5Gi
    superuser_password: pg/superuser
    roles: { app: { password: pg/app, connections: 20 } }
    config: { max_connections: 50 }
```

Fix: write the setting under ``config`` of the service. The most connections of one role or database
stand in its key ``connections``.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.lower.kind import Context
from platc_spec.kinds.postgres import Postgres

CODE = "PLT742"
_READ = {
    "restart": "when the server starts", "reload": "from the server's file alone",
    "connect": "when a client connects",
}  # fmt: skip


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each such setting of a role or a database."""
    for name, service in context.of_kind(Postgres).items():
        if any(each for each, _ in service.session_settings()):
            yield from _of(name, service)


def _of(name: str, service: Postgres) -> Iterator[Diagnostic]:
    from platc_compiler.settings.postgres import PROGRAM

    catalogue = PROGRAM.catalogue
    assert catalogue is not None  # noqa: S101 - PostgreSQL has one
    near = catalogue.near(str(service.major))
    for settings, path in service.session_settings():
        for key in settings:
            found = catalogue.find(key, near)
            if not found or not found[0].changed or key.lower() in PROGRAM.decided:
                continue
            whose = "a database" if path[0] == "databases" else "a role"
            message = f"'{key}' is read {_READ[found[0].changed]}: {whose} has no value of its own"
            place = ("services", name, *path, key)
            yield error(CODE, message, place, _instead(name, key, service), on_key=True)


def _instead(name: str, key: str, service: Postgres) -> str:
    if key.lower() in map(str.lower, service.config):
        return f"remove it: services.{name}.config has it"
    return f"write it under services.{name}.config"
