"""Two ports of a service have the same number.

Why: only one program can listen on a port; Kubernetes refuses the Service.

Bad:
```yaml
services:
  web: { ports: { http: 8080, admin: 8080 } }
```

Good:
```yaml
services:
  web: { ports: { http: 8080, admin: 9090 } }
```

Fix: write the number that the program listens on, or remove one of the two.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.lower.kind import Context
from platc_spec.kinds.workload import Workload

CODE = "PLT709"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each port that has the number and protocol of another."""
    for name, service in context.of_kind(Workload).items():
        first: dict[tuple[int, str], str] = {}
        for port, stated in service.every_port.items():
            number, protocol = (
                (stated, "TCP") if isinstance(stated, int) else (stated.port, stated.protocol)
            )
            other = first.setdefault((number, protocol), port)
            if other != port:
                message = f"the ports '{other}' and '{port}' both have the number {number}"
                place = ("services", name, *_place(service, port))
                yield error(CODE, message, place, "write another number")


def _place(service: Workload, port: str) -> tuple[str, ...]:
    if port in service.ports:
        return "ports", port
    sidecar = next(key for key, each in service.sidecars.items() if port in each.ports)
    return "sidecars", sidecar, "ports", port
