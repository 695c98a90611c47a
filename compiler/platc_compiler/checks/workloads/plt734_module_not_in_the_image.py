"""PostgreSQL is told to load a module that its image does not hold.

Why: the server does not start if a module of ``shared_preload_libraries`` is missing. The official
image holds the modules that come with PostgreSQL, and no others.

Bad:
```yaml
secrets: { pg: { keys: [superuser] } }
services:
  db:
    kind: postgres
    storage: 5Gi
    superuser_password: pg/superuser
    config: { shared_preload_libraries: "pg_stat_statements, pgaudit" }
```

Good:
```yaml
secrets: { pg: { keys: [superuser] } }
services:
  db:
    kind: postgres
    storage: 5Gi
    superuser_password: pg/superuser
    config: { shared_preload_libraries: pg_stat_statements }
```

Fix: remove the module, or name an image that holds it with ``image:``.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.diagnostics.did_you_mean import did_you_mean
from platc_compiler.lower.kind import Context
from platc_spec.kinds.postgres import Postgres

CODE = "PLT734"
_SETTINGS = ("shared_preload_libraries", "session_preload_libraries", "local_preload_libraries")


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each such module."""
    for name, service in context.of_kind(Postgres).items():
        if service.config and service.image is None:
            for key, value in service.config.items():
                if key.lower() in _SETTINGS:
                    yield from _missing(service, str(value), ("services", name, "config", key))


def _missing(service: Postgres, value: str, place: tuple[str | int, ...]) -> Iterator[Diagnostic]:
    from platc_compiler.settings.postgres import modules

    known = modules(service)
    for module in filter(None, (each.strip(" \t\"'") for each in value.split(","))):
        if known and _plain(module) not in known:
            message = f"the image of PostgreSQL {service.major} holds no module '{module}'"
            hint = did_you_mean(module, known, "remove it, or name an image that holds it: image:")
            yield error(CODE, message, place, hint)


def _plain(module: str) -> str:
    return module.removeprefix("$libdir/").removeprefix("plugins/").removesuffix(".so")
