"""The audit log of PostgreSQL is to be written by pgaudit, and the image does not hold it.

Why: the official image of PostgreSQL has no pgaudit; the server does not start when a module of
``shared_preload_libraries`` is missing. CloudNativePG's own image has it.

Bad:
```yaml
secrets: { pg: { keys: [superuser] } }
services:
  db:
    kind: postgres
    storage: 5Gi
    superuser_password: pg/superuser
    audit: { by: pgaudit }
```

Good:
```yaml
secrets: { pg: { keys: [superuser] } }
services:
  db:
    kind: postgres
    storage: 5Gi
    superuser_password: pg/superuser
    audit: { by: server }
```

Fix: name an image that holds pgaudit, with ``image``, or let the server's own log do it: it has
the text of definitions and changes as they were sent, with the passwords that somebody writes.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.lower.kind import Context
from platc_spec.kinds.postgres import Postgres

CODE = "PLT522"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each such server."""
    for name, service in context.of_kind(Postgres).items():
        audit = service.audit
        official = service.image is None and not service.operated
        if audit is not None and audit.by == "pgaudit" and official:
            message = f"the image of PostgreSQL {service.major} holds no pgaudit"
            hint = "name an image that holds it (image:), or write server"
            yield error(CODE, message, ("services", name, "audit", "by"), hint)
