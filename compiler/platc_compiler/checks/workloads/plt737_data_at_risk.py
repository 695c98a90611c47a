"""A setting of PostgreSQL lets data be lost, or the server come to a halt.

Why: without autovacuum, tables grow without end, and the server refuses all writes when its
transaction numbers run out. Without ``fsync`` or ``full_page_writes``, a crash of the node can
leave a database that cannot be read.

Bad:
```yaml
secrets: { pg: { keys: [superuser] } }
services:
  db:
    kind: postgres
    storage: 5Gi
    superuser_password: pg/superuser
    config: { autovacuum: off }
```

Good:
```yaml
secrets: { pg: { keys: [superuser] } }
services:
  db:
    kind: postgres
    storage: 5Gi
    superuser_password: pg/superuser
    config: { autovacuum_naptime: 5min }
```

Fix: remove the setting; make autovacuum gentler (``autovacuum_vacuum_cost_delay``) instead of
turning it off. For data that can be made again: ``# platc: allow PLT737 because …``.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, warning
from platc_compiler.lower.kind import Context
from platc_spec.kinds.postgres import Postgres

CODE = "PLT737"
_OFF = {
    "autovacuum": "tables grow without end, and writes stop when transaction numbers run out",
    "track_counts": "autovacuum does nothing without it",
    "fsync": "a crash of the node can leave a database that cannot be read",
    "full_page_writes": "a crash of the node can leave a database that cannot be read",
}
_ON = {
    "zero_damaged_pages": "it overwrites damaged pages with zeros",
    "ignore_system_indexes": "it is meant for the repair of damaged catalogues only",
}
_WORDS = {False: ("off", "false", "no", "0"), True: ("on", "true", "yes", "1")}


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield a warning for each such setting."""
    for name, service in context.of_kind(Postgres).items():
        for key in service.config:
            yield from _of(service, key, ("services", name, "config", key))


def _of(service: Postgres, key: str, place: tuple[str | int, ...]) -> Iterator[Diagnostic]:
    for risky, switched in ((_OFF, False), (_ON, True)):
        if key.lower() in risky:
            from platc_compiler.settings.postgres import stated_text

            if stated_text(service, key).lower() in _WORDS[switched]:
                yield warning(CODE, risky[key.lower()], place, "remove it")
