"""Readiness and liveness ask the same question in the same way.

Why: a pod that is merely slow is then restarted at the moment in which it should only get no
traffic; under load one restart brings on the next.

Bad:
```yaml
services:
  web: { probes: { readiness: { http: /health }, liveness: { http: /health } } }
```

Good:
```yaml
services:
  web: { probes: { readiness: { http: /health }, liveness: { tcp: true, failures: 6 } } }
```

Fix: let liveness ask for less, or wait for more failures; or leave it out.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, warning
from platc_compiler.ir.platform import Platform

CODE = "PLT708"


def check(platform: Platform) -> Iterator[Diagnostic]:
    """Yield a warning for each container whose two probes are one."""
    for workload in platform.workloads:
        for container in workload.pod.containers:
            if container.liveness is not None and container.liveness == container.readiness:
                message = f"readiness and liveness of '{container.name}' are the same"
                place = (*container.origin, "probes", "liveness")
                yield warning(
                    CODE, message, place, "let liveness wait for more failures", on_key=True
                )
