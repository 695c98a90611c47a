"""A client turns TLS off, and the database server that it depends on refuses it then.

Why: with ``tls``, pg_hba.conf lets in ``hostssl`` only. A client with ``sslmode=disable`` is told
"no pg_hba.conf entry for host … no encryption" at each attempt.

Bad:
```yaml
secrets: { pg: { keys: [superuser] } }
services:
  db:
    kind: postgres
    storage: 5Gi
    superuser_password: pg/superuser
    tls: { cluster_issuer: internal-ca }
  web:
    depends_on: [db]
    env: { PGSSLMODE: disable }
```

Good:
```yaml
secrets: { pg: { keys: [superuser] } }
services:
  db:
    kind: postgres
    storage: 5Gi
    superuser_password: pg/superuser
    tls: { cluster_issuer: internal-ca }
  web:
    depends_on: [db]
    env: { PGSSLMODE: require }
```

Fix: write ``require``, or ``verify-full`` with the certificate of the CA; or let the server accept
both (``tls.required: false``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.language.references import variables
from platc_compiler.lower.dependencies import split_dependency
from platc_compiler.lower.kind import Context
from platc_spec.kinds.postgres import Postgres

CODE = "PLT523"
_OFF = re.compile(r"\bsslmode=(disable)\b")


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each such variable."""
    servers = context.of_kind(Postgres).items()
    strict = {name for name, server in servers if server.tls is not None and server.tls.required}
    for name, service in context.spec.services.items() if strict else ():
        called = (split_dependency(each) for each in getattr(service, "depends_on", ()))
        asked = [server for server, port in called if server in strict and port in (None, "sql")]
        for variable, value, path in variables(service) if asked else ():
            if _OFF.search(value) or (variable == "PGSSLMODE" and value == "disable"):
                message = f"'{asked[0]}' refuses connections without TLS"
                hint = "write require, or verify-full with the certificate of the CA"
                yield error(CODE, message, ("services", name, *path), hint)
