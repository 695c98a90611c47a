"""The limits of the pods exceed what the nodes have, by more than the platform says it accepts.

Why: a pod can use memory beyond its request only while other pods do not use theirs. When the sum
of the limits exceeds the nodes, pods that stay within their limits can still exhaust a node's
memory, and the kernel kills one of them. ``cluster.overcommit`` states how much of this the
platform accepts.

Bad:
```yaml
services:
  web: { replicas: 4, resources: { requests: { memory: 1Gi }, limits: { memory: 4Gi } } }
```

Good:
```yaml
services:
  web: { replicas: 4, resources: { requests: { memory: 1Gi }, limits: { memory: 2Gi } } }
```

Fix: lower the limits of the named contributors, or raise ``cluster.overcommit`` when the pods are
known not to need their limits at the same time.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.budget.load import Resource
from platc_compiler.budget.report import Budget, report, text
from platc_compiler.checks.budget.contributors import blamed_of, shares
from platc_compiler.diagnostics import Diagnostic
from platc_compiler.ir.platform import Platform

CODE = "PLT204"
_NAMES = {"memory": "memory", "cpu": "CPU"}


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield an error for memory and for CPU when it is overcommitted."""
    budget, accepted = report(platform), platform.spec.cluster.overcommit
    yield from _past(budget, "memory", accepted.memory)
    yield from _past(budget, "cpu", accepted.cpu)


def _past(budget: Budget, resource: Resource, accepted: float) -> Iterator[Diagnostic]:
    ratio = budget.overcommit(resource)
    if ratio > accepted and not any(node.lacking.of(resource) for node in budget.nodes):
        message = (
            f"the limits of {_NAMES[resource]} come to "
            f"{text(resource, budget.limits.of(resource))}, "
            f"{ratio:.2f} times the {text(resource, budget.available.of(resource))} that the nodes "
            f"have for them; {accepted:g} times is accepted"
        )
        most = int(budget.available.of(resource) * accepted)
        less = text(resource, budget.limits.of(resource) - most)
        largest = budget.largest_limits(resource)
        notes = tuple(shares(largest, resource, limits=True))
        path = blamed_of(largest, ("cluster", "overcommit", resource))
        hint = f"lower limits by {less}"
        yield Diagnostic(CODE, "error", message, path, hint, notes, on_key=True)
