"""A single pod asks for more than any node that it may run on has, or no such node exists.

Why: a pod cannot be split over nodes: it stays Pending, whatever else runs. It also needs a node
with all labels of its ``node_selector`` and without a taint: kind and kubeadm keep other pods off
the nodes of the control plane. A workload with ``replicas: 0`` needs no node.

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

from platc_compiler.budget.load import NOTHING, RESOURCES, measured
from platc_compiler.budget.nodes import Node, nodes
from platc_compiler.budget.report import text
from platc_compiler.budget.singles import Homeless, homeless
from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.ir.platform import Platform
from platc_compiler.ir.taints import Taint

CODE = "PLT206"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield an error for each pod that fits on none of its nodes, even when they are empty."""
    every = nodes(platform.spec.cluster)
    if any(node.lacking != NOTHING for node in every):
        return
    there = set(measured(node.capacity for node in every))
    for pod in homeless(platform):
        if any(name not in there for name, _ in pod.requests.extended):
            continue  # PLT227 tells of it.
        if pod.open:
            yield error(CODE, _too_large(pod), pod.size_place, "lower its requests")
        elif pod.labelled:
            yield error(CODE, _tainted(pod), pod.selector_place, _way_out(pod))
        else:
            message = f"no node has {_labels(pod)} that '{pod.name}' selects{_others(pod, every)}"
            hint = "give the labels to a pool under cluster.nodes"
            yield error(CODE, message, pod.selector_place, hint)


def _labels(pod: Homeless) -> str:
    labels = " and ".join(f"{key}={value}" for key, value in pod.selector)
    return f"the label {labels}" if len(pod.selector) == 1 else f"the labels {labels}"


def _others(pod: Homeless, every: tuple[Node, ...]) -> str:
    """Describe the nodes' values of the labels, or say that no node has all of them."""
    there = {label for node in every for label in node.labels}
    if all(label in there for label in pod.selector):
        return " together; each is on some node"
    keys = {key for key, value in pod.selector if (key, value) not in there}
    values = sorted(f"{key}={value}" for key, value in there if key in keys)
    return f"; there is {', '.join(values)}" if values else ""


def _tainted(pod: Homeless) -> str:
    pools = sorted({node.pool for node in pod.labelled})
    named = " and ".join(f"'{pool}'" for pool in pools)
    which = f"the nodes with {_labels(pod)}" if pod.selector else "the nodes"
    finds = f"'{pod.name}' finds no node: {which} (pool {named})"
    if all(node.tainted for node in pod.labelled):
        return f"{finds} bear the control plane, which takes no other pods"
    taints = sorted({_text(taint) for node in pod.labelled for taint in node.taints})
    return f"{finds} have taints that it does not tolerate: {', '.join(taints)}"


def _text(taint: Taint) -> str:
    """Return a taint as kubectl writes it."""
    value = f"={taint.value}" if taint.value else ""
    return f"{taint.key}{value}:{taint.effect}"


def _way_out(pod: Homeless) -> str:
    taint = next((t for node in pod.labelled for t in node.taints if not node.tainted), None)
    if taint is None:
        return "give the labels to other nodes, or say which pool is control_plane: true"
    service = pod.selector_place[1]
    toleration = f"{{ key: {taint.key}, operator: Exists }}"
    return f"add tolerations: [{toleration}] to services.{service}, or a pool without a taint"


def _too_large(pod: Homeless) -> str:
    own = [name for name, _ in pod.requests.extended]
    largest = max(pod.open, key=lambda n: (*map(n.free.of, own), n.free.memory, n.free.cpu))
    short = [r for r in (*RESOURCES, *own) if pod.requests.of(r) > largest.free.of(r)]
    resource = short[0] if short else "memory"
    return (
        f"one pod of '{pod.name}' asks for {text(resource, pod.requests.of(resource))}; the "
        f"roomiest node, {largest.name}, has {text(resource, largest.free.of(resource))} for pods"
    )
