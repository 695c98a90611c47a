"""The pods ask for more local disk than the nodes have, or there are more pods than nodes take.

Why: the scheduler counts requests of ephemeral storage (logs, emptyDirs, writable layers) and the
number of pods as it counts memory. The size of an emptyDir is not reserved: it is the size beyond
which the kubelet evicts the pod.

Bad:
```yaml
cluster: { nodes: { main: { pods: 12 } } }
services: { web: { replicas: 4 } }
```

Good:
```yaml
cluster: { nodes: { main: { pods: 15 } } }
services: { web: { replicas: 4 } }
```

Fix: lower ``ephemeral_storage`` of the requests or the number of pods, or raise
``ephemeral_storage`` or ``pods`` of the nodes when they really have it.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.budget.report import report
from platc_compiler.checks.budget.contributors import overrun
from platc_compiler.diagnostics import Diagnostic
from platc_compiler.ir.platform import Platform

CODE = "PLT203"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield an error for each of both that does not suffice."""
    budget = report(platform)
    yield from overrun(CODE, budget, "ephemeral_storage", " of ephemeral storage")
    yield from overrun(CODE, budget, "pods", "")
