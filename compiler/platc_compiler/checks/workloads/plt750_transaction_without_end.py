"""A transaction may stay open for ever although its client does nothing.

Why: an idle transaction keeps its locks, and vacuum removes no row that has died since it began:
all tables grow. platc ends such a session after ten minutes
(``idle_in_transaction_session_timeout``); 0 turns that off, for all or for the sessions of a role.

Bad:
```yaml
secrets: { pg: { keys: [superuser] } }
services:
  db:
    kind: postgres
    storage: 5Gi
    superuser_password: pg/superuser
    config: { idle_in_transaction_session_timeout: 0 }
```

Good:
```yaml
secrets: { pg: { keys: [superuser] } }
services:
  db:
    kind: postgres
    storage: 5Gi
    superuser_password: pg/superuser
    config: { idle_in_transaction_session_timeout: 1h }
```

Fix: write the longest pause that a client may make within a transaction.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from platc_compiler.diagnostics import Diagnostic, Origin, warning
from platc_compiler.lower.kind import Context
from platc_spec.kinds.postgres import Postgres

CODE = "PLT750"
_NEVER = re.compile(r"\s*0+\s*[a-z]*\s*")
"""Zero, in any unit."""
_SETTING = "idle_in_transaction_session_timeout"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield a warning for each server that never ends such a transaction."""
    for name, service in context.of_kind(Postgres).items():
        yield from _of(service.config, ("services", name, "config"))
        for role, stated in service.roles.items():
            place = ("services", name, "roles", role)
            yield from _of(stated.settings, (*place, "settings"))
            for database, settings in stated.settings_in.items():
                yield from _of(settings, (*place, "settings_in", database))


def _of(settings: Mapping[str, object], place: Origin) -> Iterator[Diagnostic]:
    for key, value in settings.items():
        if key.lower() == _SETTING and _NEVER.fullmatch(str(value)):
            message = "an idle transaction keeps its locks, and dead rows, for ever"
            hint = "write a length of time, such as 10min"
            yield warning(CODE, message, (*place, key), hint)
