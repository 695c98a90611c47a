"""PostgreSQL may keep more of its write-ahead log than the volume has room for.

Why: between two checkpoints the log grows to ``max_wal_size``, and ``wal_keep_size`` is kept beyond
that. A replication slot keeps what its reader has not read yet, up to
``max_slot_wal_keep_size``; -1 is no bound at all. PostgreSQL stops when its volume is full.

Bad:
```yaml
secrets: { pg: { keys: [superuser] } }
services:
  db:
    kind: postgres
    storage: 5Gi
    superuser_password: pg/superuser
    config: { max_wal_size: 50GB }
```

Good:
```yaml
secrets: { pg: { keys: [superuser] } }
services:
  db:
    kind: postgres
    storage: 5Gi
    superuser_password: pg/superuser
    config: { max_wal_size: 1GB }
```

Fix: lower the setting, or give the server more storage. More than half of the volume is a warning,
as much as the volume an error.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error, warning
from platc_compiler.lower.kind import Context
from platc_spec.kinds.postgres import Postgres
from platc_spec.quantities import human_bytes

CODE = "PLT735"
_SLOTS = "max_slot_wal_keep_size"
_SETTINGS = ("max_wal_size", "min_wal_size", "wal_keep_size", _SLOTS)


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each such setting."""
    for name, service in context.of_kind(Postgres).items():
        for key in service.config:
            if key.lower() in _SETTINGS:
                yield from _of(service, key, ("services", name, "config", key))


def _of(service: Postgres, key: str, place: tuple[str | int, ...]) -> Iterator[Diagnostic]:
    from platc_compiler.settings.postgres import memory, stated_text

    if key.lower() == _SLOTS and stated_text(service, key).strip() == "-1":
        message = "a slot whose reader does not come back fills the volume"
        yield warning(CODE, message, place, f"at most {service.storage // 2 >> 20}MB")
        return
    amount = memory(service, key)
    half = service.storage // 2
    if amount is not None and amount > half:
        volume = human_bytes(service.storage)
        message = f"{human_bytes(amount)} of log leave no room on a volume of {volume}"
        said = warning if amount < service.storage else error
        yield said(CODE, message, place, f"at most {half >> 20}MB")
