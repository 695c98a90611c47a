"""The sessions of a role of PostgreSQL may take more memory than the server's container may have.

Why: ``settings`` of a role win over those of the server. Each sort of each of its sessions takes up
to its ``work_mem``, beside ``shared_buffers``; the sum counts one sort for each connection that the
role may have.

Bad:
```yaml
secrets: { pg: { keys: [superuser, reports] } }
services:
  db:
    kind: postgres
    storage: 5Gi
    superuser_password: pg/superuser
    resources: { requests: { memory: 1Gi }, limits: { memory: 1Gi } }
    roles: { reports: { password: pg/reports, connections: 20, settings: { work_mem: 64MB } } }
    databases: { reports: { owner: reports } }
```

Good:
```yaml
secrets: { pg: { keys: [superuser, reports] } }
services:
  db:
    kind: postgres
    storage: 5Gi
    superuser_password: pg/superuser
    resources: { requests: { memory: 1Gi }, limits: { memory: 1Gi } }
    roles: { reports: { password: pg/reports, connections: 4, settings: { work_mem: 64MB } } }
    databases: { reports: { owner: reports } }
```

Fix: lower the setting, let the role have fewer ``connections``, or raise the limit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from platc_compiler.diagnostics import Diagnostic, Origin, warning
from platc_compiler.ir.platform import Platform
from platc_compiler.ir.pods import Resources
from platc_compiler.ir.workloads import Operator, StatefulSet
from platc_spec.kinds.postgres import Postgres, Role
from platc_spec.quantities import human_bytes

CODE = "PLT749"
_SETTING, _SHARED = "work_mem", "shared_buffers"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield a warning for each such setting."""
    for workload in platform.workloads:
        service = platform.spec.services.get(workload.service)
        if (
            isinstance(service, Postgres)
            and isinstance(workload.controller, Operator | StatefulSet)
            and workload.name == workload.service
            and any(role.settings or role.settings_in for role in service.roles.values())
        ):
            resources = workload.pod.containers[0].resources
            limit = resources.limits.memory
            if limit is not None:
                yield from _of(workload.service, service, limit - _shared(service, resources))


def _shared(service: Postgres, resources: Resources) -> int:
    from platc_compiler.lower.postgres.server import memory_settings
    from platc_compiler.settings.postgres import memory

    key = next((each for each in service.config if each.lower() == _SHARED), None)
    stated = memory(service, key) if key is not None else None
    return dict(memory_settings(service, resources))[_SHARED] if stated is None else stated


def _of(name: str, service: Postgres, room: int) -> Iterator[Diagnostic]:
    from platc_compiler.lower.postgres.server import connections

    for role, stated in service.roles.items():
        place = ("services", name, "roles", role)
        most = connections(service)
        count = most if stated.connections < 0 else min(stated.connections, most)
        for settings, path in _places(stated, place):
            for key, value in settings.items():
                if key.lower() == _SETTING and count:
                    yield from _judged(service, role, count, value, (*path, key), room)


def _places(role: Role, place: Origin) -> Iterator[tuple[Mapping[str, object], Origin]]:
    yield role.settings, (*place, "settings")
    for database, settings in role.settings_in.items():
        yield settings, (*place, "settings_in", database)


def _judged(  # noqa: PLR0913, PLR0917 - the parts of the message
    service: Postgres, role: str, count: int, value: object, place: Origin, room: int
) -> Iterator[Diagnostic]:
    from platc_compiler.settings.postgres import memory_of

    amount = memory_of(service, _SETTING, value)
    if amount is None or amount * count <= room:
        return
    message = (
        f"{count} connections of '{role}' with {human_bytes(amount)} each may take"
        f" {human_bytes(amount * count)}, and beside shared buffers the container has"
        f" {human_bytes(max(room, 0))}"
    )
    fits = max(room, 0) // amount
    hint = f"connections: {fits} at most" if fits else "lower it, or raise the limit"
    yield warning(CODE, message, place, hint)
