"""A container has no request or no limit.

Why: without a request, the scheduler places the container as if it took nothing. Without a memory
limit, it can take the memory of all other pods on its node. Neither is counted in the budget, and
the namespace gets no quota for that resource. A CPU limit is optional: a container without one is
only not throttled.

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
    """Yield a warning for each container and each external service without these values."""
    for workload in platform.workloads:
        yield from _pod(workload.pod, workload.name, workload.origin)
    for runner in {id(p.runner): p.runner for p in platform.pipelines}.values():
        yield from _pod(runner.worker, f"{runner.service}-worker", runner.origin)
    for pipeline in platform.pipelines:
        for task in pipeline.tasks:
            for pod in task.pods:
                yield from _pod(pod, f"{pipeline.name}.{task.name}", task.origin)
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
