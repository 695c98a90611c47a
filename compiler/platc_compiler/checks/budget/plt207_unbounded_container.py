"""A container has no request or no limit.

Why: without a request the scheduler places it as if it took nothing, and without a memory limit it
can take a node's memory from everybody else; neither is in the budget, and its namespace gets no
quota for that resource. Limits of CPU are left to choice: a container without one is merely not
throttled.

Bad:
```yaml
services:
  kafka:
    kind: external
    address: { service: kafka, namespace: data }
    ports: { broker: 9092 }
    resources: { requests: { memory: 1Gi } }
```

Good:
```yaml
services:
  kafka:
    kind: external
    address: { service: kafka, namespace: data }
    ports: { broker: 9092 }
    resources: { requests: { memory: 1Gi, cpu: 500m }, limits: { memory: 2Gi } }
```

Fix: state requests of memory and CPU and a limit of memory.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.budget.pods import containers, effective_requests
from platc_compiler.diagnostics import Diagnostic, Origin, warning
from platc_compiler.ir.platform import Platform
from platc_compiler.ir.pods import Amounts, Pod

CODE = "PLT207"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield a warning for each container, and each external service, that is not bounded."""
    for workload in platform.workloads:
        yield from _pod(workload.pod, workload.name, workload.origin)
    for runner in {id(p.runner): p.runner for p in platform.pipelines}.values():
        yield from _pod(runner.worker, f"{runner.service}-worker", runner.origin)
    for pipeline in platform.pipelines:
        for task in pipeline.tasks:
            if task.pod is not None:
                yield from _pod(task.pod, f"{pipeline.name}.{task.name}", task.origin)
    for external in platform.externals:
        if external.counted:
            place = (*external.origin, "resources")
            yield from _missing(external.requests, external.limits, f"'{external.name}'", place)


def _pod(pod: Pod, name: str, place: Origin) -> Iterator[Diagnostic]:
    for container in containers(pod):
        yield from _missing(
            effective_requests(container),
            container.resources.limits,
            f"the container '{container.name}' of '{name}'",
            container.resources.origin or container.origin or place,
        )


def _missing(requests: Amounts, limits: Amounts, what: str, place: Origin) -> Iterator[Diagnostic]:
    missing = [
        name
        for name, stated in (
            ("memory request", requests.memory),
            ("CPU request", requests.cpu),
            ("memory limit", limits.memory),
        )
        if stated is None
    ]
    if missing:
        message = f"{what} has no {' and no '.join(missing)}"
        yield warning(CODE, message, place, "state it under resources:", on_key=True)
