"""The pods ask for more CPU than the nodes have for them.

Why: a request is reserved whether it is used or not, and a pod whose request fits on no node stays
Pending. CPU is counted in the same way as memory (PLT201).

Bad:
```yaml
services:
  web: { replicas: 4, resources: { requests: { cpu: 1 }, limits: { cpu: 1 } } }
```

Good:
```yaml
services:
  web: { replicas: 4, resources: { requests: { cpu: 250m }, limits: { cpu: 1 } } }
```

Fix: lower the requests of the named contributors (a limit may stay above the request), let fewer
pods run at once, or add cores.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.budget.report import report
from platc_compiler.checks.budget.contributors import overrun
from platc_compiler.diagnostics import Diagnostic
from platc_compiler.ir.platform import Platform

CODE = "PLT202"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield an error when CPU does not suffice."""
    yield from overrun(CODE, report(platform), "cpu", "")
