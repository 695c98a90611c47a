"""The pods ask for more memory than the nodes have for them.

Why: a pod whose request fits on no node stays Pending. platc counts the worst moment: all replicas
and surges of roll-outs, DaemonSets on every node, Jobs, the scheduled runs that can overlap, and
the pipeline tasks that can run at once, each with its worker. It compares this sum with the nodes'
capacity, less what the kubelet reserves and what the distribution's own pods request.

Bad:
```yaml
services:
  web: { replicas: 8, resources: { requests: { memory: 1Gi }, limits: { memory: 1Gi } } }
```

Good:
```yaml
services:
  web: { replicas: 6, resources: { requests: { memory: 1Gi }, limits: { memory: 1Gi } } }
```

Fix: lower the requests or replicas of the named contributors, let fewer tasks run at once
(``max_active_tasks``), move scheduled runs apart, or add nodes.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.budget.report import report
from platc_compiler.checks.budget.contributors import overrun
from platc_compiler.diagnostics import Diagnostic
from platc_compiler.ir.platform import Platform

CODE = "PLT201"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield an error when memory does not suffice."""
    yield from overrun(CODE, report(platform), "memory", " of memory")
