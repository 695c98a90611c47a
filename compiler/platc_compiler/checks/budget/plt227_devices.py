"""Pods ask for devices that no node has, or for more of them than there are.

Why: a pod that asks for an extended resource such as ``nvidia.com/gpu`` runs only where a plugin of
the node offers it. Unlike memory and CPU it is never shared: what one pod has, no other gets.

Bad:
```yaml
services:
  web: { resources: { extended: { nvidia.com/gpu: 1 } } }
```

Good:
```yaml
cluster: { nodes: { main: { extended: { nvidia.com/gpu: 1 } } } }
services:
  web: { resources: { extended: { nvidia.com/gpu: 1 } } }
```

Fix: state what one node of a pool has, as ``kubectl describe node`` shows below ``Allocatable``; or
ask for less. A Deployment of one replica rolls without a second pod if no device is free for it.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.budget.nodes import Node, nodes
from platc_compiler.budget.report import Budget, report, text
from platc_compiler.budget.singles import homeless
from platc_compiler.checks.budget.contributors import NODES, blamed_of, shares
from platc_compiler.diagnostics import Diagnostic, Origin, error, warning
from platc_compiler.diagnostics.did_you_mean import did_you_mean
from platc_compiler.ir.platform import Platform

CODE = "PLT227"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield an error for each pod without its devices, and for each sum beyond what there is."""
    budget = report(platform)
    every = nodes(platform.spec.cluster)
    there = {name for node in every for name, _ in node.capacity.extended}
    told: set[str] = set()
    for pod in homeless(platform):
        for name, _ in pod.requests.extended:
            if pod.requests.of(name) > max(node.capacity.of(name) for node in every):
                told.add(name)  # Otherwise PLT206 tells that the pod is too large.
            if name not in there:
                yield _of_no_node(name, pod.name, pod.size_place, every, there)
    for name, _ in budget.requests.extended:
        if name not in told and budget.over(name) > 0:
            yield _too_many(budget, name)


def _of_no_node(
    name: str, pod: str, place: Origin, every: tuple[Node, ...], there: set[str]
) -> Diagnostic:
    declare = f"declare it: cluster.nodes.{every[0].pool}.extended: {{ {name}: 1 }}"
    hint = did_you_mean(name, there, declare)
    message = f"no node has {name}, which '{pod}' asks for"
    if place[0] == "include":
        return warning(CODE, message, place, hint)
    return error(CODE, message, _stated(place, name), hint, on_key=True)


def _stated(place: Origin, name: str) -> Origin:
    return (*place, "extended", name) if place[-1:] == ("resources",) else place


def _too_many(budget: Budget, name: str) -> Diagnostic:
    asked, has = budget.requests.of(name), budget.available.of(name)
    message = (
        f"the pods ask for {text(name, asked)} at the worst moment, and the nodes have {has} of it"
    )
    largest = budget.largest(name)
    place = _stated(blamed_of(largest, NODES), name)
    notes = tuple(shares(largest, name))
    hint = "ask for fewer, or declare more below cluster.nodes"
    return Diagnostic(CODE, "error", message, place, hint, notes, on_key=True)
