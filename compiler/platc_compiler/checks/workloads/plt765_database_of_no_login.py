"""A Grafana cannot log in to the database of its tables.

The owner of the database has no password, or has a name that Grafana cannot write.

Why: Grafana creates its tables at the first start. It ends, and starts again and again. It joins
the settings to one text with blanks between them (``pkg/services/sqlstore/database_config.go``): a
blank, a quote or a backslash in the name of a role makes another text of it. So it is with the
password, which platc does not know: ``platc seal --generate`` makes one of letters and digits.

Bad:
```yaml
secrets: { monitoring: { keys: [admin, superuser] } }
services:
  postgres:
    kind: postgres
    storage: 1Gi
    superuser_password: monitoring/superuser
    databases: { grafana: { owner: grafana } }
    roles: { grafana: {} }
  grafana:
    kind: grafana
    database: postgres/grafana
    admin: { password: monitoring/admin }
```

Good:
```yaml
secrets: { monitoring: { keys: [admin, database, superuser] } }
services:
  postgres:
    kind: postgres
    storage: 1Gi
    superuser_password: monitoring/superuser
    databases: { grafana: { owner: grafana } }
    roles: { grafana: { password: monitoring/database } }
  grafana:
    kind: grafana
    database: postgres/grafana
    admin: { password: monitoring/admin }
```

Fix: give the owner a password, and a name of letters, digits and underscores.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.lower.kind import Context
from platc_spec.kinds.grafana import Grafana

CODE = "PLT765"
_NAME = re.compile(r"[^\s'\"\\=]+")


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each such owner; another check reports an unknown database."""
    for name, service in context.of_kind(Grafana).items():
        if service.database is None:
            continue
        server, _, database = service.database.partition("/")
        offering = context.offerings.get(server)
        place = ("services", name, "database")
        for each in offering.databases if offering else ():
            if each.name != database:
                continue
            if each.password is None:
                message = f"'{each.owner}', who owns '{service.database}', has no password"
                hint = f"give roles.{each.owner} of '{server}' a password"
                yield error(CODE, message, place, hint)
            elif not _NAME.fullmatch(each.owner):
                message = f"Grafana cannot log in as {each.owner!r}, who owns '{service.database}'"
                hint = "give that role a name without blanks, quotes, backslashes and '='"
                yield error(CODE, message, place, hint)
