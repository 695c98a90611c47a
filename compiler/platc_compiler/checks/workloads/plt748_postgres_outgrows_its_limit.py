"""All connections of PostgreSQL together may take more memory than its container may have.

Why: beside ``shared_buffers``, each sort and each hash of each connection takes up to ``work_mem``,
and each worker of autovacuum up to ``autovacuum_work_mem``, or else ``maintenance_work_mem``. The
sum counts one sort for each connection. Beyond the limit the kernel kills one process, and the
server ends all others and recovers.

Bad:
```yaml
secrets: { pg: { keys: [superuser] } }
services:
  db:
    kind: postgres
    storage: 5Gi
    superuser_password: pg/superuser
    resources: { requests: { memory: 1Gi }, limits: { memory: 1Gi } }
    config: { max_connections: 200, work_mem: 16MB }
```

Good:
```yaml
secrets: { pg: { keys: [superuser] } }
services:
  db:
    kind: postgres
    storage: 5Gi
    superuser_password: pg/superuser
    resources: { requests: { memory: 1Gi }, limits: { memory: 1Gi } }
    config: { max_connections: 200, work_mem: 2MB }
```

Fix: lower the setting or ``max_connections``, or raise the limit. A role whose queries need
more can have more by itself: ``ALTER ROLE … SET work_mem``.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, warning
from platc_compiler.ir.platform import Platform
from platc_compiler.ir.workloads import Operator, StatefulSet, Workload
from platc_spec.kinds.postgres import Postgres
from platc_spec.quantities import human_bytes

CODE = "PLT748"
_BASIS = ("shared_buffers", "max_connections", "maintenance_work_mem", "autovacuum_work_mem",
          "autovacuum_max_workers", "work_mem")  # fmt: skip
"""The settings that the sum follows from; the last stated one gets the diagnostic."""
_KIB = 1024
_LEAST = 64
"""The least ``work_mem`` in kB (guc_tables.c)."""
_WORKERS = 3
"""The default of ``autovacuum_max_workers``."""


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield a warning for each such server."""
    for workload in platform.workloads:
        service = platform.spec.services.get(workload.service)
        if (
            isinstance(service, Postgres)
            and isinstance(workload.controller, Operator | StatefulSet)
            and workload.name == workload.service
        ):
            stated = {key.lower(): key for key in service.config}
            if any(key in stated for key in _BASIS):
                yield from _of(workload, service, stated)


def _of(workload: Workload, service: Postgres, stated: dict[str, str]) -> Iterator[Diagnostic]:
    from platc_compiler.lower.postgres.server import connections, memory_settings
    from platc_compiler.settings.postgres import memory

    resources = workload.pod.containers[0].resources
    limit = resources.limits.memory
    if limit is None:
        return
    amounts = dict(memory_settings(service, resources))
    for key in (*amounts, "autovacuum_work_mem"):
        if key in stated:
            amounts[key] = memory(service, stated[key]) or -1
    if any(amounts[key] < 0 for key in ("shared_buffers", "work_mem", "maintenance_work_mem")):
        return  # Another check says that it is no amount.
    clients, workers = connections(service), _workers(service, stated)
    own = amounts.get("autovacuum_work_mem", -1)
    vacuum = workers * (own if own >= 0 else amounts["maintenance_work_mem"])
    total = amounts["shared_buffers"] + clients * amounts["work_mem"] + vacuum
    if total <= limit:
        return
    message = (
        f"{human_bytes(amounts['shared_buffers'])} of shared buffers, {clients} connections with"
        f" {human_bytes(amounts['work_mem'])} each and {human_bytes(vacuum)} of autovacuum may take"
        f" {human_bytes(total)}, and the limit is {human_bytes(limit)}"
    )
    place = ("services", workload.service, "config", stated[_last(stated)])
    room = (limit - amounts["shared_buffers"] - vacuum) // clients // _KIB
    hint = f"work_mem: {room}kB at most" if room >= _LEAST else "raise the limit, or lower each"
    yield warning(CODE, message, place, hint)


def _last(stated: dict[str, str]) -> str:
    return next(key for key in reversed(_BASIS) if key in stated)


def _workers(service: Postgres, stated: dict[str, str]) -> int:
    text = (
        str(service.config[stated["autovacuum_max_workers"]])
        if ("autovacuum_max_workers" in stated)
        else ""
    )
    return int(text) if text.isdecimal() else _WORKERS
