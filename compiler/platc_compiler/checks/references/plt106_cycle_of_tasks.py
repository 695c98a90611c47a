"""Tasks of a pipeline wait for each other in a circle.

Why: none of them can start, and Airflow refuses the DAG.

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
      extract: { image: "example.com/shop/extract:1.0", after: [load] }
      load: { image: "example.com/shop/load:1.0", after: [extract] }
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

Fix: remove one ``after`` of the cycle.
"""

from __future__ import annotations

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.lower.kind import Context
from platc_spec.pipelines import Pipeline

CODE = "PLT106"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each pipeline that has a cycle."""
    for name, pipeline in context.spec.pipelines.items():
        cycle = _cycle(pipeline)
        if cycle:
            waiting, awaited = cycle[1], cycle[0]
            index = pipeline.tasks[waiting].after.index(awaited)
            place = ("pipelines", name, "tasks", waiting, "after", index)
            way = " → ".join(cycle)
            yield error(
                CODE, f"tasks wait for each other: {way}", place, "remove one of these 'after'"
            )


def _cycle(pipeline: Pipeline) -> list[str]:
    """Return a cycle, each task before the one that waits for it, the first again at the end."""
    graph = {
        key: [wanted for wanted in task.after if wanted in pipeline.tasks]
        for key, task in pipeline.tasks.items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as fault:
        found: list[str] = fault.args[1]
        return found
    return []
