"""A task may write more than its pod's limit of ephemeral storage.

Why: files in ``/tmp`` and the other writable folders count towards this limit, and so does the log.
The kubelet evicts the pod that exceeds it, before the folders are full.

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
      extract:
        image: "example.com/shop/extract:1.0"
        scratch: 4Gi
        resources: { limits: { ephemeral_storage: 2Gi } }
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
      extract: { image: "example.com/shop/extract:1.0", scratch: 4Gi }
```

Fix: remove the limit: the default is ``scratch`` plus 512Mi. Or change one of the two to fit.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.ir.platform import Platform
from platc_compiler.ir.pods import EmptyDir, Pod
from platc_spec.quantities import human_bytes

CODE = "PLT712"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield an error for each task whose pod is evicted before its folders are full."""
    for pipeline in platform.pipelines:
        stated = platform.spec.pipelines[pipeline.name].tasks
        for task in pipeline.tasks:
            if task.pod is None:
                continue
            scratch, limit = _scratch(task.pod), _limit(task.pod)
            if limit is None or scratch < limit:
                continue
            message = (
                f"the task '{task.name}' may write {human_bytes(scratch)}, and its pod"
                f" {human_bytes(limit)} with its log"
            )
            own = stated[task.name].scratch is not None
            defaults = (*pipeline.origin, "defaults", "scratch")
            place = (*task.origin, "scratch") if own else defaults
            yield error(CODE, message, place, "write less than the limit of ephemeral_storage")


def _limit(pod: Pod) -> int | None:
    return pod.containers[0].resources.limits.ephemeral_storage


def _scratch(pod: Pod) -> int:
    return sum(v.source.size for v in pod.volumes if isinstance(v.source, EmptyDir))
