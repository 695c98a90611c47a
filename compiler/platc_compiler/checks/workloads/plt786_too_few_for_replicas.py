"""PostgreSQL is given fewer senders of its log, or fewer slots, than its replicas need.

Why: each replica takes a slot and a sender (``max_replication_slots``, ``max_wal_senders``), and
two senders while it makes its first copy. The replicas that find none do not start.

Bad:
```yaml
secrets: { pg: { keys: [superuser, replication] } }
services:
  db:
    kind: postgres
    storage: 5Gi
    superuser_password: pg/superuser
    replicas: { count: 3, password: pg/replication }
    config: { max_wal_senders: 2 }
```

Good:
```yaml
secrets: { pg: { keys: [superuser, replication] } }
services:
  db:
    kind: postgres
    storage: 5Gi
    superuser_password: pg/superuser
    replicas: { count: 3, password: pg/replication }
    config: { max_wal_senders: 8 }
```

Fix: raise the setting, or remove it: platc's own value is enough for all replicas.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.lower.kind import Context
from platc_spec.kinds.postgres import Postgres

CODE = "PLT786"
_MORE = {"max_replication_slots": 0, "max_wal_senders": 1}
"""How many each of these settings needs beside one for each replica: the last replica to be made
copies through two senders (``--wal-method=stream`` of pg_basebackup)."""


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each such setting."""
    for name, service in context.of_kind(Postgres).items():
        count = service.replicas.count if service.replicas is not None else 0
        for key, value in service.config.items() if count else ():
            more, text = _MORE.get(key.lower()), str(value)
            if more is not None and text.isdecimal() and int(text) < count + more:
                message = f"{key} is {text}, and the replicas need {count + more}"
                place = ("services", name, "config", key)
                yield error(CODE, message, place, f"write {count + more} or more, or remove it")
