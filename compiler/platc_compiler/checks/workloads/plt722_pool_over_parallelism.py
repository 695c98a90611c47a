"""A pool has more slots than tasks may run at once, so that it never holds one back.

Why: ``[core] parallelism`` limits the tasks of all DAGs together, and the budget and the quota of
the namespace count no more than that. The author of a pool that is sized for a warehouse expects as
many tasks as it has slots.

Bad:
```yaml
secrets:
  airflow: { keys: [admin, database, fernet, jwt, session, superuser] }
services:
  postgres:
    kind: postgres
    storage: 1Gi
    superuser_password: airflow/superuser
    databases: { airflow: { owner: airflow } }
    roles: { airflow: { password: airflow/database } }
  airflow:
    kind: airflow
    version: 3.3.2
    database: postgres/airflow
    keys: { fernet: airflow/fernet, session: airflow/session, jwt: airflow/jwt }
    admin: { password: airflow/admin }
    pools: { warehouse: 20 }
```

Good:
```yaml
secrets:
  airflow: { keys: [admin, database, fernet, jwt, session, superuser] }
services:
  postgres:
    kind: postgres
    storage: 1Gi
    superuser_password: airflow/superuser
    databases: { airflow: { owner: airflow } }
    roles: { airflow: { password: airflow/database } }
  airflow:
    kind: airflow
    version: 3.3.2
    database: postgres/airflow
    keys: { fernet: airflow/fernet, session: airflow/session, jwt: airflow/jwt }
    admin: { password: airflow/admin }
    pools: { warehouse: 2 }
    config: { core: { parallelism: 8 } }
```

Fix: give the pool fewer slots than ``parallelism``, or raise ``parallelism`` if the nodes have
room.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, warning
from platc_compiler.ir.platform import Platform
from platc_spec.kinds.airflow import Airflow

CODE = "PLT722"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield a warning for each pool of platform.yaml that can never be full."""
    for runner in platform.runners:
        service = platform.spec.services[runner.service]
        for pool, slots in service.pools.items() if isinstance(service, Airflow) else ():
            if slots <= runner.parallelism:
                continue
            message = (
                f"the pool '{pool}' has {slots} slots, and [core] parallelism lets"
                f" {runner.parallelism} tasks run at once"
            )
            hint = f"give it {runner.parallelism} at most, or raise parallelism under config: core:"
            yield warning(CODE, message, (*runner.origin, "pools", pool), hint)
