"""The pods fit the nodes in sum, but not pod by pod.

Why: a pod runs on one node. Four pods of 3 GiB do not fit three nodes of 5 GiB, though 12 is less
than 15. platc places the pods as the scheduler would (each on the emptiest node, in the order of
creation) and, if that fails, searches for any placement; when only another order leads to one, a
pod can stay Pending after a restart, and that is a warning.

Bad:
```yaml
cluster:
  distribution: eks
  nodes: { main: { count: 3, memory: 6GiB } }
services:
  web: { replicas: 4, resources: { requests: { memory: 2500Mi }, limits: { memory: 2500Mi } } }
```

Good:
```yaml
cluster:
  distribution: eks
  nodes: { main: { count: 4, memory: 6GiB } }
services:
  web: { replicas: 4, resources: { requests: { memory: 2500Mi }, limits: { memory: 2500Mi } } }
```

Fix: make the pods smaller and more, or the nodes larger and fewer; loosen a ``node_selector``.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.budget.load import RESOURCES
from platc_compiler.budget.report import Budget, placement, report, text
from platc_compiler.checks.budget.contributors import NODES
from platc_compiler.checks.budget.plt206_pod_too_large import too_large
from platc_compiler.diagnostics import Diagnostic, error, warning
from platc_compiler.ir.platform import Platform

CODE = "PLT205"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield what is wrong with the placement, unless a plainer fault explains it."""
    budget = report(platform)
    if len(budget.nodes) == 1 or _plainer(budget) or any(True for _ in too_large(platform)):
        return
    for resource in ("memory", "cpu"):
        found = placement(platform, "memory" if resource == "memory" else "cpu")
        if found.unplaced is not None:
            unit = found.unplaced
            size = f"{text('memory', unit.requests.memory)}, {text('cpu', unit.requests.cpu)}"
            known = "no placement exists" if found.proven else "no placement was found"
            message = (
                f"'{unit.name}' ({size}) finds no node with room beside the other pods: {known}"
            )
            hint = "smaller pods, larger nodes, or other node selectors"
            yield error(CODE, message, NODES, hint, on_key=True)
            return
        if found.lucky:
            message = (
                "the pods fit the nodes, but not in the order in which the scheduler places them"
            )
            yield warning(CODE, message, NODES, "leave more room on the nodes", on_key=True)
            return


def _plainer(budget: Budget) -> bool:
    return any(budget.over(resource) > 0 for resource in RESOURCES)
