"""A single pod asks for more than any node that it may run on has.

Why: a pod cannot be split over nodes. It stays Pending for ever, whatever else runs.

Bad:
```yaml
services:
  web: { resources: { requests: { memory: 7.5Gi }, limits: { memory: 7.5Gi } } }
```

Good:
```yaml
services:
  web: { resources: { requests: { memory: 6Gi }, limits: { memory: 6Gi } } }
```

Fix: lower the request, add a node that is large enough, or let ``node_selector`` name labels that a
pool of ``cluster.nodes`` has.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.budget.lines import size_origin
from platc_compiler.budget.load import RESOURCES, Load
from platc_compiler.budget.nodes import Node, nodes
from platc_compiler.budget.pods import size
from platc_compiler.budget.report import text
from platc_compiler.diagnostics import Diagnostic, Origin, error
from platc_compiler.ir.platform import Platform
from platc_compiler.ir.pods import Pod
from platc_compiler.ir.workloads import DaemonSet

CODE = "PLT206"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield an error for each pod that fits on none of its nodes while they are empty."""
    yield from too_large(platform)


def too_large(platform: Platform) -> Iterator[Diagnostic]:
    """Yield an error for each pod that fits on none of its nodes while they are empty."""
    every = nodes(platform.spec.cluster)
    for name, pod, place in _pods(platform):
        homes = [n for n in every if n.matches(pod.node_selector) and not n.tainted]
        requests = size(pod).requests
        if not homes:
            labels = ", ".join(f"{key}={value}" for key, value in pod.node_selector)
            hint = "give the labels to a pool under cluster.nodes"
            yield error(
                CODE, f"no node has the labels that '{name}' selects: {labels}", place, hint
            )
        elif not any(requests.fits(node.free) for node in homes):
            yield error(CODE, _message(name, requests, homes), place, "lower its requests")


def _pods(platform: Platform) -> Iterator[tuple[str, Pod, Origin]]:
    for workload in platform.workloads:
        if not isinstance(workload.controller, DaemonSet):
            yield workload.name, workload.pod, size_origin(workload)
    for pipeline in platform.pipelines:
        for task in pipeline.tasks:
            if task.pod is not None:
                yield f"{pipeline.name}.{task.name}", task.pod, (*task.origin, "resources")


def _message(name: str, requests: Load, homes: list[Node]) -> str:
    largest = max(homes, key=lambda node: node.free.memory)
    short = [r for r in RESOURCES if requests.of(r) > largest.free.of(r)]
    resource = short[0] if short else "memory"
    return (
        f"one pod of '{name}' asks for {text(resource, requests.of(resource))}; the roomiest node, "
        f"{largest.name}, has {text(resource, largest.free.of(resource))} for pods"
    )
