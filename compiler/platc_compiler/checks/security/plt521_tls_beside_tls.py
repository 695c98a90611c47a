"""A setting under ``config`` of PostgreSQL is one of those that ``tls`` decides.

Why: ``ssl: on`` alone names no certificate in the container, and the server does not start; with
``tls``, it can name another file than the one that is mounted, or turn TLS off for clients that
demand it.

Bad:
```yaml
secrets: { pg: { keys: [superuser] } }
services:
  db:
    kind: postgres
    storage: 5Gi
    superuser_password: pg/superuser
    config: { ssl: on }
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
```

Fix: remove the setting, and state ``tls``. With an image of your own that holds a certificate,
allow it: ``# platc: allow PLT521 because …``.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, warning
from platc_compiler.lower.kind import Context
from platc_spec.kinds.postgres import Postgres

CODE = "PLT521"
_SETTINGS = ("ssl", "ssl_cert_file", "ssl_key_file", "ssl_min_protocol_version")


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield a warning for each such setting."""
    for name, service in context.of_kind(Postgres).items():
        for key in service.config:
            if key.lower() in _SETTINGS:
                yield _of(service, key, ("services", name, "config", key))


def _of(service: Postgres, key: str, place: tuple[str | int, ...]) -> Diagnostic:
    if service.tls is None:
        message = f"'{key}' needs a certificate, and the server has none"
        return warning(CODE, message, place, "write tls: { issuer: … } instead")
    return warning(CODE, f"'{key}' is decided by tls:", place, "remove it, and state it as tls")
