"""PostgreSQL is told to use more memory than its container may have.

Why: shared memory is allocated when the server starts: it does not start, or the kernel kills it
later. Huge pages must be reserved on the node and be a resource of the pod, which platc does not
ask for.

Bad:
```yaml
secrets: { pg: { keys: [superuser] } }
services:
  db:
    kind: postgres
    storage: 5Gi
    superuser_password: pg/superuser
    resources: { requests: { memory: 512Mi }, limits: { memory: 1Gi } }
    config: { shared_buffers: 8GB }
```

Good:
```yaml
secrets: { pg: { keys: [superuser] } }
services:
  db:
    kind: postgres
    storage: 5Gi
    superuser_password: pg/superuser
    resources: { requests: { memory: 512Mi }, limits: { memory: 1Gi } }
    config: { shared_buffers: 256MB }
```

Fix: raise the memory limit, or remove the setting: platc takes a quarter of the memory.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.ir.platform import Platform
from platc_compiler.ir.workloads import Operator, StatefulSet
from platc_spec.kinds.postgres import Postgres
from platc_spec.quantities import human_bytes

CODE = "PLT733"
_SETTINGS = ("shared_buffers", "wal_buffers", "temp_buffers", "work_mem", "maintenance_work_mem")
"""Memory that one process or all of them take at once (chapter Resource Consumption)."""


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield an error for each such setting."""
    for workload in platform.workloads:
        service = platform.spec.services.get(workload.service)
        if (
            isinstance(service, Postgres)
            and service.config
            and isinstance(workload.controller, Operator | StatefulSet)
        ):
            limit = workload.pod.containers[0].resources.limits.memory
            yield from _of(workload.service, service, limit)


def _of(name: str, service: Postgres, limit: int | None) -> Iterator[Diagnostic]:
    from platc_compiler.settings.postgres import memory, stated_text

    place = ("services", name, "config")
    for key in service.config:
        if key.lower() in _SETTINGS and limit is not None:
            amount = memory(service, key)
            if amount is not None and amount >= limit:
                message = f"'{key}' takes {human_bytes(amount)}, and the limit is"
                yield error(CODE, f"{message} {human_bytes(limit)}", (*place, key), _HINT)
        if key.lower() == "huge_pages" and stated_text(service, key) in ("on", "true", "yes", "1"):
            message = "the pod has no huge pages, and PostgreSQL does not start without them"
            yield error(CODE, message, (*place, key), "write 'try', or remove it")


_HINT = "remove it: platc takes a part of the memory that the pod has"
