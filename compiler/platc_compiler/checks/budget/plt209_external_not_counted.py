"""A service in this cluster that somebody else runs says nothing of what it takes.

Why: its pods share the nodes with the platform's pods, so the budget is right only when it counts
them.

Bad:
```yaml
services:
  kafka:
    kind: external
    address: { service: kafka, namespace: data }
    ports: { broker: 9092 }
```

Good:
```yaml
services:
  kafka:
    kind: external
    address: { service: kafka, namespace: data }
    ports: { broker: 9092 }
    resources: { requests: { memory: 1Gi, cpu: 500m }, limits: { memory: 2Gi, cpu: 1 } }
```

Fix: state ``resources`` of one of its pods, and ``address.replicas`` when it has several. If it
runs on nodes of its own, write ``requests: { memory: 0, cpu: 0 }``.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.budget.lines import uncounted
from platc_compiler.diagnostics import Diagnostic, note
from platc_compiler.ir.platform import Platform

CODE = "PLT209"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield a note for each such service."""
    for external in uncounted(platform):
        message = f"the pods of '{external.name}' are not counted in the budget"
        yield note(CODE, message, external.origin, "state its resources:", on_key=True)
