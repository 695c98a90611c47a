"""Readiness and liveness ask the same question.

Why: a database that does not answer or a moment of load makes the pod unready, and then restarts it
too. A restart does not help, and under load it overloads the next pod. A higher number of failures
only delays this.

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

Fix: let liveness check less, such as ``tcp: true`` or a page that needs no other service. Or remove
it: the default is ``tcp: true`` on the first port.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, warning
from platc_compiler.ir.platform import Platform
from platc_spec.kinds.workload import Workload

CODE = "PLT708"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield a warning for each container whose two stated probes have one handler."""
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
