"""A node is smaller than what the kubelet and the pods of kube-system take of it.

Why: the kubelet reserves a part of the node, and the distribution's own pods (DNS, the network, on
some nodes the control plane) request a part of the rest. If a node has less than this, the cluster
itself does not work, and no pod of the platform runs there. The cause is often a wrong unit:
``256Mi`` for ``256Gi``, or ``cpu: 2m`` for ``cpu: 2``.

Bad:
```yaml
cluster: { nodes: { main: { memory: 256Mi } } }
```

Good:
```yaml
cluster: { nodes: { main: { memory: 8Gi } } }
```

Fix: state what the node really has. If ``reserved`` is stated, lower it.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.budget.load import RESOURCES, Resource
from platc_compiler.budget.nodes import Node, nodes
from platc_compiler.budget.report import text
from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.ir.platform import Platform

CODE = "PLT212"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield an error for each pool and each resource of which a node has too little."""
    told: set[tuple[str, str]] = set()
    for node in nodes(platform.spec.cluster):
        for resource in RESOURCES:
            if node.lacking.of(resource) and (node.pool, resource) not in told:
                told.add((node.pool, resource))
                place = ("cluster", "nodes", node.pool, resource)
                hint = "state what the node has"
                yield error(CODE, _message(node, resource), place, hint)


def _message(node: Node, resource: Resource) -> str:
    has, system = node.capacity.of(resource), node.system.of(resource)
    kept = has - node.allocatable.of(resource)
    if resource == "pods":
        return f"node {node.name} takes {text('pods', has)}; those of kube-system are {system}"
    keeps = f"the kubelet keeps {text(resource, kept)} of it, and " if kept else ""
    return (
        f"node {node.name} has {text(resource, has)}; {keeps}the pods of kube-system ask for "
        f"{text(resource, system)}: nothing is left"
    )
