"""A container asks for more than it may use.

Why: the API server refuses a pod whose request exceeds its limit.

Bad:
```yaml
services:
  web: { resources: { requests: { memory: 1Gi }, limits: { memory: 512Mi } } }
```

Good:
```yaml
services:
  web: { resources: { requests: { memory: 512Mi }, limits: { memory: 1Gi } } }
```

Fix: raise the limit or lower the request.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.budget.load import Resource
from platc_compiler.budget.pods import LIMITED, amount, containers
from platc_compiler.budget.report import text
from platc_compiler.diagnostics import Diagnostic, Origin, error
from platc_compiler.ir.platform import Platform
from platc_compiler.ir.pods import Amounts, Pod

CODE = "PLT208"
_BASE = "base"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield an error for each request above its limit."""
    for workload in platform.workloads:
        yield from _pod(workload.pod, workload.origin)
    for runner in platform.runners:
        yield from _pod(runner.worker, runner.origin, f"{runner.service}-worker")
    for pipeline in platform.pipelines:
        for task in pipeline.tasks:
            for pod in task.pods:
                yield from _pod(pod, task.origin, f"{pipeline.name}.{task.name}")
    for external in platform.externals:
        place = (*external.origin, "resources")
        yield from _over(external.requests, external.limits, external.name, place)


def _pod(pod: Pod, place: Origin, task: str = "") -> Iterator[Diagnostic]:
    """Yield the faults of a pod; ``task`` names one whose container Airflow calls ``base``."""
    for container in containers(pod):
        resources = container.resources
        where = resources.origin or container.origin or place
        name = task if task and container.name == _BASE else container.name
        yield from _over(resources.requests, resources.limits, name, where)


def _over(requests: Amounts, limits: Amounts, name: str, place: Origin) -> Iterator[Diagnostic]:
    for resource in LIMITED:
        request, limit = amount(requests, resource), amount(limits, resource)
        if request is not None and limit is not None and request > limit:
            yield _fault(resource, request, limit, name, place)


def _fault(resource: Resource, request: int, limit: int, name: str, place: Origin) -> Diagnostic:
    of = "" if resource == "cpu" else f" of {resource.replace('_', ' ')}"
    asked, allowed = text(resource, request), text(resource, limit)
    message = f"'{name}' asks for {asked}{of} and may use {allowed} at most"
    hint = f"at most {allowed}, or a higher limit"
    return error(CODE, message, (*place, "requests", resource), hint)
