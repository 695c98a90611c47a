"""The secret of a database server's certificate lacks a key.

Why: the server reads ``tls.crt`` and ``tls.key``, and what platc runs beside it (the bootstrap job,
the backup, the exporter) checks the certificate with ``ca.crt``. Pods wait for ever for a key that
a Secret does not have.

Bad:
```yaml
secrets:
  pg: { keys: [superuser] }
  pg-tls: { type: kubernetes.io/tls, keys: [tls.crt, tls.key] }
services:
  db:
    kind: postgres
    storage: 5Gi
    superuser_password: pg/superuser
    tls: { secret_name: pg-tls }
```

Good:
```yaml
secrets:
  pg: { keys: [superuser] }
  pg-tls: { type: kubernetes.io/tls, keys: [tls.crt, tls.key, ca.crt] }
services:
  db:
    kind: postgres
    storage: 5Gi
    superuser_password: pg/superuser
    tls: { secret_name: pg-tls }
```

Fix: add the key to the secret; ``ca.crt`` is the certificate of the authority that has signed
``tls.crt``.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.lower.kind import Context
from platc_spec.exposure import TLS_KEYS
from platc_spec.kinds.postgres import Postgres
from platc_spec.secret_references import parse_reference

CODE = "PLT520"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each such secret."""
    for name, service in context.spec.services.items():
        if (
            isinstance(service, Postgres)
            and service.tls is not None
            and service.tls.secret_name is not None
        ):
            secret = parse_reference(service.tls.secret_name).secret
            declared = context.spec.secrets.get(secret)
            missing = [
                key
                for key in (*TLS_KEYS, "ca.crt")
                if declared is not None and key not in declared.keys
            ]
            if declared is not None and missing:
                message = f"the secret '{secret}' has no key {' and no key '.join(missing)}"
                place = ("services", name, "tls", "secret_name")
                keys = ", ".join([*declared.keys, *missing])
                yield error(CODE, message, place, f"secrets.{secret}: keys: [{keys}]")
