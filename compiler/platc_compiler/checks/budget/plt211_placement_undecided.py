"""Whether the pods fit the nodes is not known: no placement was found, and none was ruled out.

Why: no program can place pods of many sizes on almost full nodes in a short time in every case.
platc searches for a bounded time, so that a build takes seconds. It does not accept what it cannot
decide, because a pod might stay Pending. The sums of memory, CPU, disk and pods do fit: otherwise
PLT201 to PLT203 would be reported.

Bad:
```yaml
cluster:
  distribution: eks
  nodes: { main: { count: 40, memory: 10000Mi, cpu: 10150m, reserved: { memory: 0, cpu: 0 } } }
services:
  a:
    kind: workload
    image: example.com/shop/a:1.0
    replicas: 66
    resources: { requests: { memory: 2100Mi, cpu: 2 }, limits: { memory: 2100Mi } }
  b:
    kind: workload
    image: example.com/shop/b:1.0
    replicas: 39
    resources: { requests: { memory: 3000Mi, cpu: 4 }, limits: { memory: 3000Mi } }
  c:
    kind: workload
    image: example.com/shop/c:1.0
    replicas: 39
    resources: { requests: { memory: 3100Mi, cpu: 1 }, limits: { memory: 3100Mi } }
```

Good:
```yaml
cluster:
  distribution: eks
  nodes: { main: { count: 44, memory: 12000Mi, cpu: 12 } }
services:
  a:
    kind: workload
    image: example.com/shop/a:1.0
    replicas: 66
    resources: { requests: { memory: 2100Mi, cpu: 2 }, limits: { memory: 2100Mi } }
  b:
    kind: workload
    image: example.com/shop/b:1.0
    replicas: 39
    resources: { requests: { memory: 3000Mi, cpu: 4 }, limits: { memory: 3000Mi } }
  c:
    kind: workload
    image: example.com/shop/c:1.0
    replicas: 39
    resources: { requests: { memory: 3100Mi, cpu: 1 }, limits: { memory: 3100Mi } }
```

Fix: leave more room. With free space of about the largest pod in each node, a placement is found at
once. Pods of few sizes and nodes of one size also help.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.budget.report import verdict
from platc_compiler.checks.budget.contributors import (
    NODES,
    amount_of,
    meanwhile,
    placed_at_all,
    pod_origin,
)
from platc_compiler.diagnostics import Diagnostic, error, warning
from platc_compiler.ir.platform import Platform

CODE = "PLT211"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield an error when a placement is neither found nor ruled out."""
    if not placed_at_all(platform):
        return
    found = verdict(platform)
    hint = "leave more room on the nodes, or use pods of fewer sizes"
    if found.unplaced is not None and not found.unplaced.proven:
        unplaced = found.unplaced
        message = (
            "it is not known whether the pods fit the nodes: no placement was found, and none was "
            f"ruled out; '{unplaced.pod}' ({amount_of(unplaced.shape.requests)}) was left over"
            f"{meanwhile(unplaced.pod, unplaced.beside)}"
        )
        yield error(CODE, message, pod_origin(unplaced.pod, platform), hint, on_key=True)
    elif found.untried:
        message = (
            "the pods fit the nodes, but they are too many to try whether the scheduler finds a "
            "node for each"
        )
        yield warning(CODE, message, NODES, hint, on_key=True)
