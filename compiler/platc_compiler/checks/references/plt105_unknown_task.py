"""A task waits for one that its pipeline does not have.

Why: Airflow refuses the DAG, and none of its tasks runs.

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
pipelines:
  daily:
    runs_on: airflow
    start: 2024-01-01
    tasks:
      extract: { image: "example.com/shop/extract:1.0" }
      load: { image: "example.com/shop/load:1.0", after: [extrct] }
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
pipelines:
  daily:
    runs_on: airflow
    start: 2024-01-01
    tasks:
      extract: { image: "example.com/shop/extract:1.0" }
      load: { image: "example.com/shop/load:1.0", after: [extract] }
```

Fix: write the id of a task of the same pipeline.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.diagnostics.did_you_mean import did_you_mean
from platc_compiler.lower.kind import Context

CODE = "PLT105"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each ``after`` of an unknown task."""
    for name, pipeline in context.spec.pipelines.items():
        for key, task in pipeline.tasks.items():
            for index, wanted in enumerate(task.after):
                if wanted not in pipeline.tasks:
                    place = ("pipelines", name, "tasks", key, "after", index)
                    hint = did_you_mean(wanted, pipeline.tasks)
                    yield error(CODE, f"the pipeline '{name}' has no task '{wanted}'", place, hint)
