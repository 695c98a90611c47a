"""A task waits for one that its pipeline does not have, or takes slots of an unknown pool.

Why: Airflow refuses a DAG with an unknown task, and none of its tasks runs. A task of a pool that
does not exist waits for ever. platc makes the pools under ``pools`` of the ``airflow`` service; a
pool that somebody makes by hand is not known here.

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

Fix: write the id of a task of the same pipeline, or the name of a pool of its service.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error, warning
from platc_compiler.diagnostics.did_you_mean import did_you_mean
from platc_compiler.lower.kind import Context
from platc_spec.kinds.airflow import Airflow
from platc_spec.pipelines import Pipeline
from platc_spec.service import Service

CODE = "PLT105"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each ``after`` of an unknown task, and for each unknown pool."""
    for name, pipeline in context.spec.pipelines.items():
        yield from _pools(name, pipeline, context.spec.services.get(pipeline.runs_on))
        for key, task in pipeline.tasks.items():
            for index, wanted in enumerate(task.after):
                if wanted not in pipeline.tasks:
                    place = ("pipelines", name, "tasks", key, "after", index)
                    hint = did_you_mean(wanted, pipeline.tasks)
                    yield error(CODE, f"the pipeline '{name}' has no task '{wanted}'", place, hint)


def _pools(name: str, pipeline: Pipeline, runner: Service | None) -> Iterator[Diagnostic]:
    if not isinstance(runner, Airflow):
        return
    known = {*runner.pools, "default_pool"}
    for key, task in pipeline.tasks.items():
        if task.pool is not None and task.pool not in known:
            message = f"the service '{pipeline.runs_on}' has no pool '{task.pool}'"
            otherwise = f"declare it under services.{pipeline.runs_on}.pools:"
            place = ("pipelines", name, "tasks", key, "pool")
            yield warning(CODE, message, place, did_you_mean(task.pool, known, otherwise))
