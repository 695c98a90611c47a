"""The pods fit the nodes in sum, but not pod by pod.

Why: a pod runs on one node. Four pods of 3 GiB do not fit three nodes of 5 GiB, though 12 is less
than 15. platc searches a placement for every moment, with the scheduled runs and the tasks that can
overlap. If no placement exists for a pod, the pod stays Pending: this is an error. If one exists,
platc places the heaviest moments as the scheduler does, in several orders. A pod that finds no node
in one of these orders can stay Pending after a restart: this is a warning.

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

Fix: use more and smaller pods, or fewer and larger nodes; loosen a ``node_selector``; move
scheduled runs apart.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.budget.lines import size_origin
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

CODE = "PLT205"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield the faults of the placement, unless an exceeded sum already explains them."""
    if not placed_at_all(platform):
        return
    # A platform on one node does not pay for this import.
    from platc_compiler.budget.demand import Ashore, places

    ashore = places(platform)
    if isinstance(ashore, Ashore):
        message = (
            f"the pod of '{ashore.workload.name}' ({amount_of(ashore.requests)}) does not fit on "
            f"node {ashore.node}, where it must run"
        )
        yield error(CODE, message, size_origin(ashore.workload), "smaller pods, or larger nodes")
        return
    found = verdict(platform)
    if found.unplaced is not None and found.unplaced.proven:
        unplaced = found.unplaced
        tied = unplaced.shape.bound
        allowed = " that its placement allows," if tied else ""
        message = (
            f"'{unplaced.pod}' ({amount_of(unplaced.shape.requests)}) finds no node{allowed} with "
            f"room beside the other pods{meanwhile(unplaced.pod, unplaced.beside)}: no placement "
            "exists"
        )
        hint = (
            "more nodes, smaller pods, or a placement that is not required"
            if tied
            else "smaller pods, larger nodes, or other node selectors"
        )
        yield error(CODE, message, pod_origin(unplaced.pod, platform), hint, on_key=True)
    elif found.late is not None:
        late = found.late
        message = (
            f"the pods fit the nodes, but '{late.pod}' finds no room when they come {late.order}"
            f"{meanwhile(late.pod, late.beside)}"
        )
        yield warning(CODE, message, NODES, "leave more room on the nodes", on_key=True)
