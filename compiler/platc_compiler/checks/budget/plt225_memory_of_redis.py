"""A ``redis`` may fill more memory than its container has for it.

Why: beyond the limit the kernel kills the server, and a cache that should have evicted keys is
empty. Beside its data it needs memory for clients and for gaps between keys; with persistence, the
process that writes the file shares its memory with the server until the server changes it, and may
need as much again.

Bad:
```yaml
secrets: { cache: { keys: [password] } }
services:
  cache:
    kind: redis
    password: cache/password
    maxmemory: 500Mi
    resources: { limits: { memory: 512Mi } }
```

Good:
```yaml
secrets: { cache: { keys: [password] } }
services:
  cache:
    kind: redis
    password: cache/password
    maxmemory: 384Mi
    resources: { limits: { memory: 512Mi } }
```

Fix: lower ``maxmemory``, raise the limit, or remove ``maxmemory``: platc takes a safe share.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.ir.platform import Platform
from platc_spec.kinds.redis import Redis
from platc_spec.quantities import human_bytes

CODE = "PLT225"
_SHARES = {"none": (85, "with its clients"), "rdb": (60, "while it writes its file"),
           "aof": (60, "while it writes its file")}  # fmt: skip
"""The largest share of the limit for data, in hundredths, and when the rest is needed."""


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield an error for each server whose data may take too much of its limit."""
    for workload in platform.workloads:
        service = platform.spec.services.get(workload.service)
        if isinstance(service, Redis) and service.maxmemory is not None:
            limit = workload.pod.containers[0].resources.limits.memory
            share, when = _SHARES[service.persistence]
            if limit is not None and service.maxmemory * 100 > limit * share:
                place = ("services", workload.service, "maxmemory")
                message = f"{human_bytes(service.maxmemory)} of data need more than the limit of"
                hint = f"at most {limit * share // 100 >> 20}Mi, or raise the limit"
                yield error(CODE, f"{message} {human_bytes(limit)} {when}", place, hint)
