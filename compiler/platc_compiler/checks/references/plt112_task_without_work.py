"""A task has neither an image nor a Python function, or both.

Why: a task runs one thing: a container of its own, or a function in the worker's container.

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
      extract: { description: Fetch the orders }
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
      extract: { description: Fetch the orders, image: "example.com/shop/extract:1.0" }
```

Fix: give the task either ``image:`` or ``python:``; split two things into two tasks.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.lower.kind import Context

CODE = "PLT112"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each task that does not have exactly one of the two."""
    for name, pipeline in context.spec.pipelines.items():
        for key, task in pipeline.tasks.items():
            place = ("pipelines", name, "tasks", key)
            if task.image is None and task.python is None:
                message = f"the task '{key}' runs nothing"
                yield error(CODE, message, place, "add 'image:' or 'python:'", on_key=True)
            elif task.image is not None and task.python is not None:
                message = f"the task '{key}' has an image and a Python function"
                yield error(CODE, message, (*place, "python"), "remove one", on_key=True)
