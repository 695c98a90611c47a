"""The pod of a Spark task has too little memory for its driver.

Why: Spark refuses a heap below 450 MiB and ends at once. Of the memory limit of the pod, the heap
gets what is left beside the overhead: 384 MiB, or a tenth of the heap if that is more (two fifths
with ``language: python``).

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
        resources: { limits: { memory: 512Mi } }
        spark: { executors: 2, memory: 512Mi }
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
        resources: { limits: { memory: 1Gi } }
        spark: { executors: 2, memory: 512Mi }
```

Fix: raise the memory limit of the task to 864Mi at least.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.ir.platform import Platform
from platc_compiler.lower.spark import driver_heap
from platc_spec.quantities import human_bytes
from platc_spec.spark import LEAST_HEAP

CODE = "PLT215"
_LEAST = 864
"""The limit in MiB that leaves the smallest heap."""


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield an error for each driver that cannot start."""
    for pipeline in platform.pipelines:
        stated = platform.spec.pipelines[pipeline.name].tasks
        for task in pipeline.tasks:
            spark = stated[task.name].spark
            if spark is None or task.pod is None:
                continue
            resources = task.pod.containers[0].resources
            limit = resources.limits.memory
            heap = LEAST_HEAP if limit is None else driver_heap(spark, limit) << 20
            if limit is not None and heap < LEAST_HEAP:
                left = human_bytes(heap) if heap > 0 else "nothing"
                message = (
                    f"a limit of {human_bytes(limit)} leaves {left} for the heap of the driver,"
                    f" which needs {human_bytes(LEAST_HEAP)}"
                )
                place = (*task.origin, "resources", "limits", "memory")
                yield error(CODE, message, place, f"write {_LEAST}Mi or more")
