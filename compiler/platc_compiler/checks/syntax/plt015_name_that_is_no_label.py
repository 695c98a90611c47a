"""The name of a pipeline or a task cannot be a label of its pods.

Why: the pods of tasks have the names of their pipeline and their task as labels, by which the
network policies know them. Kubernetes refuses a label with a value of more than 63 characters, or
one that begins or ends with ``_``: the task would fail at each run.

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
  nightly_:
    runs_on: airflow
    start: 2024-01-01
    tasks: { load: { image: "example.com/load:1.0" } }
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
  nightly:
    runs_on: airflow
    start: 2024-01-01
    tasks: { load: { image: "example.com/load:1.0" } }
```

Fix: give it a name of at most 63 letters, digits and ``_`` that begins and ends with a letter or a
digit. Airflow takes a renamed pipeline for a new one, without the runs of the old one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, Origin, error
from platc_compiler.lower.kind import Context

CODE = "PLT015"
_LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9_]*[A-Za-z0-9])?")
_LONGEST = 63


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each name of a pod's pipeline or task that is no value of a label."""
    for name, pipeline in context.spec.pipelines.items():
        of_pods = [key for key, task in pipeline.tasks.items() if task.image is not None]
        if of_pods:
            yield from _judged("pipeline", name, ("pipelines", name))
        for key in of_pods:
            yield from _judged("task", key, ("pipelines", name, "tasks", key))


def _judged(what: str, name: str, place: Origin) -> Iterator[Diagnostic]:
    if len(name) > _LONGEST:
        message = f"the name of a {what} is a label, and this one has {len(name)} characters"
        yield error(CODE, message, place, f"at most {_LONGEST}", on_key=True)
    elif not _LABEL.fullmatch(name):
        message = f"the name of a {what} is a label: it begins and ends with a letter or a digit"
        yield error(CODE, message, place, f"such as {name.strip('_') or 'load'}", on_key=True)
