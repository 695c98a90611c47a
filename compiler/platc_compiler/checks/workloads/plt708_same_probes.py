"""Readiness and liveness ask the same question.

Why: what makes a pod unready, such as a database that does not answer or a moment of load, then
restarts it as well; that mends nothing, and under load one restart brings on the next. To wait for
more failures only puts that off.

Bad:
```yaml
services:
  web:
    probes: { readiness: { http: /health }, liveness: { http: /health, period: 30s, failures: 6 } }
```

Good:
```yaml
services:
  web: { probes: { readiness: { http: /health }, liveness: { tcp: true, failures: 6 } } }
```

Fix: let liveness ask for less, such as ``tcp: true`` or a page that asks nobody else; or leave it
out, which is ``tcp: true`` on the first port.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, warning
from platc_compiler.ir.platform import Platform
from platc_spec.kinds.workload import Workload

CODE = "PLT708"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield a warning for each container whose two probes, both stated, have one handler."""
    for workload in platform.workloads:
        service = platform.spec.services.get(workload.service)
        if not isinstance(service, Workload):
            continue
        stated = service.probes.readiness is not None and service.probes.liveness is not None
        for container in workload.pod.containers:
            readiness, liveness = container.readiness, container.liveness
            if stated and readiness and liveness and readiness.handler == liveness.handler:
                message = f"readiness and liveness of '{container.name}' ask the same"
                place = (*container.origin, "probes", "liveness")
                yield warning(CODE, message, place, "let liveness ask for less", on_key=True)
