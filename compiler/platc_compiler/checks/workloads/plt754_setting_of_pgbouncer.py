"""A setting of PgBouncer is unknown, or platc decides it.

Why: with an unknown setting PgBouncer does not start. Settings with a word of their own below
``pooler:`` would be stated twice, and others belong to the pod: its port, its folders, and how
clients prove who they are.

Bad:
```yaml
secrets: { pg: { keys: [superuser, pooler] } }
services:
  db:
    kind: postgres
    storage: 5Gi
    superuser_password: pg/superuser
    pooler: { password: pg/pooler, config: { server_idle_timout: 60 } }
  web: { depends_on: ["db:pooler"] }
```

Good:
```yaml
secrets: { pg: { keys: [superuser, pooler] } }
services:
  db:
    kind: postgres
    storage: 5Gi
    superuser_password: pg/superuser
    pooler: { password: pg/pooler, config: { server_idle_timeout: 60 } }
  web: { depends_on: ["db:pooler"] }
```

Fix: write a name of PgBouncer's manual (config.md), or the word below ``pooler:``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from platc_compiler.diagnostics import Diagnostic, Hint, error
from platc_compiler.diagnostics.did_you_mean import did_you_mean
from platc_compiler.lower.kind import Context
from platc_spec.kinds.postgres import Postgres

if TYPE_CHECKING:
    from platc_spec.postgres_pooler import Pooler

CODE = "PLT754"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each such setting."""
    for name, service in context.of_kind(Postgres).items():
        if service.pooler is not None:
            place = ("services", name, "pooler", "config")
            yield from _of(place, service.pooler, operated=service.operated)


def _of(place: tuple[str, ...], stated: Pooler, *, operated: bool) -> Iterator[Diagnostic]:
    from platc_compiler.lower.postgres.pooler import decided
    from platc_compiler.settings.pgbouncer import NEWEST, settings

    ours, known = decided(stated), settings(stated.release)
    hint: str | Hint
    for key in stated.config:
        if key in type(stated).model_fields:
            message, hint = f"'{key}' has a word of its own", f"write it as pooler.{key}"
        elif key in ours:
            message, hint = f"platc decides '{key}'", "remove it"
        elif key not in known:
            message = f"PgBouncer {stated.version} has no setting '{key}'"
            if key in settings(NEWEST):
                hint = "remove it, or raise pooler.version: a later release has it"
            else:
                hint = did_you_mean(key, known, "remove it, or see PgBouncer's manual")
        elif operated and key not in _let_pass():
            message, hint = f"a Pooler of CloudNativePG takes no '{key}'", "remove it"
        else:
            continue
        yield error(CODE, message, (*place, key), hint, on_key=True)


def _let_pass() -> frozenset[str]:
    """Return the settings that CloudNativePG lets a Pooler state."""
    from platc_compiler.settings.cloudnative_pg import POOLER

    return POOLER
