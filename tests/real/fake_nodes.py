"""Nodes in the API server as platc counts them: what each offers, and what stands on it already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from platc_compiler.budget.load import Load
from platc_compiler.budget.nodes import Node
from platc_compiler.budget.pods import SCORED_CPU, SCORED_MEMORY
from tests.real.control_plane import ControlPlane, wait

MI = 1 << 20


def add_nodes(plane: ControlPlane, nodes: Iterable[Node]) -> None:
    """Add nodes, and the pods of the cluster's own, and wait until pods can go there."""
    every = list(nodes)
    for node in every:
        plane.create("/api/v1/nodes", _node(node))
        for pod in _system_pods(node):
            plane.create("/api/v1/namespaces/kube-system/pods", pod)
    wait(lambda: _open(plane, every), 60, lambda: plane.list("/api/v1/nodes"))


def _open(plane: ControlPlane, expected: list[Node]) -> bool:
    """Say whether all nodes are there, and have no taint but those that they are meant to have."""
    taints = {
        node["metadata"]["name"]: {taint["key"] for taint in node["spec"].get("taints", ())}
        for node in plane.list("/api/v1/nodes")
    }
    return taints == {node.name: {taint.key for taint in node.taints} for node in expected}


def amounts(load: Load) -> dict[str, str]:
    """Return a load as Kubernetes writes it."""
    return {
        "memory": str(load.memory), "cpu": f"{load.cpu}m", "pods": str(load.pods),
        "ephemeral-storage": str(load.ephemeral_storage),
    }  # fmt: skip


def _node(node: Node) -> dict[str, Any]:
    taints = [{"key": t.key, "value": t.value, "effect": t.effect} for t in node.taints]
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": node.name,
            "labels": {"kubernetes.io/hostname": node.name, **dict(node.labels)},
            "annotations": {"kwok.x-k8s.io/node": "fake"},
        },
        "spec": {"taints": taints},
        "status": {"capacity": amounts(node.capacity), "allocatable": amounts(node.allocatable)},
    }


def _system_pods(node: Node) -> Iterator[dict[str, Any]]:
    """Yield pods that together ask for what platc counts for the cluster's own.

    Some of them state no memory or no CPU, and count for a default when nodes are scored.
    """
    count = node.system.pods
    without_memory = (node.scored.memory - node.system.memory) // SCORED_MEMORY
    without_cpu = (node.scored.cpu - node.system.cpu) // SCORED_CPU
    memory = _parts(node.system.memory, count, without_memory, MI)
    cpu = _parts(node.system.cpu, count, without_cpu, 1)
    for index in range(count):
        asked = {}
        if memory[index]:
            asked["memory"] = str(memory[index])
        if cpu[index]:
            asked["cpu"] = f"{cpu[index]}m"
        yield {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": f"system-{index}-{node.name}"},
            "spec": {
                "nodeName": node.name,
                "priorityClassName": "system-node-critical",
                "tolerations": [{"operator": "Exists"}],
                "containers": [
                    {"name": "c", "image": "example.com/c:1", "resources": {"requests": asked}}
                ],
            },
        }


def _parts(whole: int, count: int, without: int, least: int) -> list[int]:
    """Return a sum in parts, the first ones nothing, and the last one nearly all."""
    having = count - without
    if not having:
        assert not whole
        return [0] * count
    return [0] * without + [least] * (having - 1) + [whole - least * (having - 1)]
