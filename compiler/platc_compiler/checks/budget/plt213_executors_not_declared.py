"""A program of Spark starts executors that platform.yaml does not declare.

Why: with a master ``k8s://…``, the driver starts its executors as further pods. The budget and the
quota do not count them, no policy selects them, and the service account of a task may start none.

Bad:
```yaml
cluster: { nodes: { main: { memory: 64Gi, cpu: 32 } } }
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
      batch:
        image: "example.com/shop/batch:1.0"
        env: { SPARK_MASTER: "k8s://https://kubernetes.default.svc:443" }
```

Good:
```yaml
cluster: { nodes: { main: { memory: 64Gi, cpu: 32 } } }
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
      batch:
        image: "example.com/shop/batch:1.0"
        user: 185
        env: { SPARK_MASTER: "k8s://https://kubernetes.default.svc:443" }
        resources: { limits: { memory: 1Gi } }
        spark: { executors: 2, memory: 512Mi }
```

Fix: state number and size of the executors under ``spark`` of the task, which then gets a service
account, policies and settings for them. Or let Spark work in the pod of the task: ``local[2]``.
Only tasks with an image can have executors.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, Origin, error, warning
from platc_compiler.ir.platform import Platform
from platc_spec.kinds.workload import Workload
from platc_spec.pipelines import Task

CODE = "PLT213"
_MASTER = "k8s://"
_HINT = "declare them beside it: spark: { executors: 2, memory: 1Gi }, or write local[2]"
_ELSEWHERE = "run it as a task of a pipeline that declares spark:, or write local[2]"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each program that is told to start executors nobody declares.

    It is an error of a task with an image: its account has no right to start them. What the account
    of any other pod may do, a patch or another DAG can have changed.
    """
    for pipeline, stated in platform.spec.pipelines.items():
        for name, task in stated.tasks.items():
            place: Origin = ("pipelines", pipeline, "tasks", name)
            if task.spark is not None:
                continue
            for path in _told(task, place):
                yield _diagnostic(path) if task.image else _elsewhere(path)
    for name, service in platform.spec.of_kind(Workload).items():
        yield from map(_elsewhere, _told(service, ("services", name)))


def _diagnostic(path: Origin) -> Diagnostic:
    return error(
        CODE, "this starts executors, and nothing says how many and how large", path, _HINT
    )


def _elsewhere(path: Origin) -> Diagnostic:
    message = "this starts executors, which no budget counts and no policy selects"
    return warning(CODE, message, path, _ELSEWHERE)


def _told(part: Task | Workload, place: Origin) -> Iterator[Origin]:
    for variable, value in part.env.items():
        if value.strip().startswith(_MASTER):
            yield (*place, "env", variable)
    for field in ("command", "args"):
        for index, word in enumerate(getattr(part, field)):
            # A whole command line may stand in one word, after ``sh -c``.
            if any(
                each.strip("\"'").startswith(_MASTER) for each in word.replace("=", " ").split()
            ):
                yield (*place, field, index)
