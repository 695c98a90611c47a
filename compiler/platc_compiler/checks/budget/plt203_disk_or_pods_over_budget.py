"""The pods ask for more local disk than the nodes have, or there are more pods than nodes take.

Why: the scheduler counts the number of pods and their requests of ephemeral storage (logs,
emptyDirs, writable layers) as it counts memory. The size of an emptyDir is not reserved: the
kubelet evicts the pod when the emptyDir grows beyond this size.

Bad:
```yaml
cluster: { nodes: { main: { pods: 12 } } }
services: { web: { replicas: 4 } }
```

Good:
```yaml
cluster: { nodes: { main: { pods: 17 } } }
services: { web: { replicas: 4 } }
```

Fix: lower the requests of ``ephemeral_storage`` or the number of pods. If the nodes really have
more, raise ``ephemeral_storage`` or ``pods`` of the nodes.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.budget.report import report
from platc_compiler.checks.budget.contributors import overrun
from platc_compiler.diagnostics import Diagnostic
from platc_compiler.ir.platform import Platform

CODE = "PLT203"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield an error for each of the two that does not suffice."""
    budget = report(platform)
    yield from overrun(CODE, budget, "ephemeral_storage", " of ephemeral storage")
    yield from overrun(CODE, budget, "pods", "")
