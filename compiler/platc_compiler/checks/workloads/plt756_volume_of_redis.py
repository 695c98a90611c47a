"""The volume of a ``redis`` is too small for its file.

Why: a new file is written whole before the old one is deleted, so for a while both are there. When
the volume is full, the server refuses writes.

Bad:
```yaml
secrets: { cache: { keys: [password] } }
services:
  cache:
    kind: redis
    password: cache/password
    persistence: aof
    maxmemory: 128Mi
    storage: 200Mi
```

Good:
```yaml
secrets: { cache: { keys: [password] } }
services:
  cache:
    kind: redis
    password: cache/password
    persistence: aof
    maxmemory: 128Mi
    storage: 512Mi
```

Fix: give it at least twice the memory for data.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, warning
from platc_compiler.ir.platform import Platform
from platc_spec.kinds.redis import Redis
from platc_spec.quantities import human_bytes

CODE = "PLT756"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield a warning for each volume that cannot hold the file twice."""
    for workload in platform.workloads:
        service = platform.spec.services.get(workload.service)
        if isinstance(service, Redis) and service.storage is not None:
            from platc_compiler.lower.redis import data_memory

            data = data_memory(service, workload.pod.containers[0].resources)
            if service.storage < 2 * data:
                place = ("services", workload.service, "storage")
                message = f"a volume of {human_bytes(service.storage)} cannot hold"
                message += f" {human_bytes(data)} of data twice, as it must while a file is written"
                yield warning(CODE, message, place, f"at least {-(-2 * data >> 20)}Mi")
