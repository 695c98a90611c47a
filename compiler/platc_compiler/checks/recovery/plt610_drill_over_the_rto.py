"""A drill may take longer than the recovery time objective.

Why: the drill does what a restore does. If it may take longer than the objective and still be good,
nobody learns that the objective cannot be met. With a shorter deadline, such a drill fails.

Bad:
```yaml
recovery: { rto: 30m, rpo: 1h }
secrets: { db: { keys: [password, id, key] } }
services:
  s3: { kind: external, address: { host: s3.example.com }, ports: { https: 443 } }
  db:
    kind: postgres
    storage: 1Gi
    superuser_password: db/password
    roles: { app: {} }
    databases: { shop: { owner: app } }
    backup:
      schedule: "*/30 * * * *"
      to: s3
      bucket: "s3://copies/db"
      credentials: { access_key_id: db/id, secret_access_key: db/key }
    drill: { schedule: "0 4 * * *", deadline: 2h }
```

Good:
```yaml
recovery: { rto: 30m, rpo: 1h }
secrets: { db: { keys: [password, id, key] } }
services:
  s3: { kind: external, address: { host: s3.example.com }, ports: { https: 443 } }
  db:
    kind: postgres
    storage: 1Gi
    superuser_password: db/password
    roles: { app: {} }
    databases: { shop: { owner: app } }
    backup:
      schedule: "*/30 * * * *"
      to: s3
      bucket: "s3://copies/db"
      credentials: { access_key_id: db/id, secret_access_key: db/key }
    drill: { schedule: "0 4 * * *", deadline: 25m }
```

Fix: make the deadline shorter than the RTO, or agree on another ``recovery.rto``.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, warning
from platc_compiler.ir.platform import Platform
from platc_spec.durations import duration_text
from platc_spec.kinds.postgres import Postgres

CODE = "PLT610"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield a warning for each drill whose deadline is longer than the RTO."""
    recovery = platform.spec.recovery
    if recovery is None:
        return
    for name, service in platform.spec.of_kind(Postgres).items():
        if service.drill is not None:
            longest = service.drill.deadline
            if longest > recovery.rto:
                message = (
                    f"a drill of '{name}' is good after {duration_text(longest)}; the RTO is"
                    f" {duration_text(recovery.rto)}"
                )
                place = ("services", name, "drill", "deadline")
                hint = f"write deadline: {duration_text(recovery.rto)} or less"
                yield warning(CODE, message, place, hint)
