"""The nodes of the cluster: what each has for the platform's pods."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from platc_compiler.budget.distributions import (
    OWN_CONTROL_PLANE,
    SYSTEM_PODS,
    TAINTED,
    SystemPod,
    kubelet_reserve,
)
from platc_compiler.budget.load import NOTHING, Load, most, total
from platc_compiler.budget.pods import SCORED_CPU, SCORED_MEMORY
from platc_compiler.ir.pods import Pod
from platc_compiler.ir.taints import CONTROL_PLANE, Taint, tolerated
from platc_spec.cluster import Cluster


class Node(Struct, frozen=True):
    """A node."""

    name: str
    """``POOL-0``, ``POOL-1``, …"""
    pool: str
    capacity: Load
    allocatable: Load
    """What the kubelet offers: capacity less its reservation (``GetNodeAllocatableReservation`` in
    pkg/kubelet/cm/node_container_manager_linux.go)."""
    system: Load
    """What the distribution's own pods on it request."""
    labels: tuple[tuple[str, str], ...]
    taints: tuple[Taint, ...] = ()
    """Its taints, that of a control plane among them."""
    scored: Load = NOTHING
    """Memory and CPU that the scheduler takes the distribution's pods to ask for when it looks for
    the emptiest node: one that states no request counts for a default."""

    @property
    def tainted(self) -> bool:
        """Whether it is part of a control plane that takes no pods, unless they tolerate that."""
        return CONTROL_PLANE in self.taints

    @property
    def free(self) -> Load:
        """What is left for the platform's pods, nothing where the others ask for more."""
        return most(self.allocatable - self.system, NOTHING)

    @property
    def lacking(self) -> Load:
        """What the distribution's own pods ask for beyond what the kubelet offers."""
        return most(self.system - self.allocatable, NOTHING)

    def matches(self, selector: Iterable[tuple[str, str]]) -> bool:
        """Say whether the node has all labels of a node selector."""
        own = set(self.labels)
        return all(label in own for label in selector)

    def takes(self, pod: Pod) -> bool:
        """Say whether a pod may run on the node, by its selector and its tolerations."""
        return self.matches(pod.node_selector) and tolerated(self.taints, pod.tolerations)


def nodes(cluster: Cluster) -> tuple[Node, ...]:
    """Return the nodes of all pools, in the order of platform.yaml.

    Where the control plane is the cluster's own, the pools marked ``control_plane`` bear it, or the
    first node of the first pool.
    """
    own = cluster.distribution in OWN_CONTROL_PLANE
    marked = any(pool.control_plane for pool in cluster.nodes.values())
    bare: list[Node] = []
    bearing: set[str] = set()
    for name, pool in cluster.nodes.items():
        capacity = Load(
            pool.memory, pool.cpu, pool.ephemeral_storage, pool.pods,
            tuple(sorted(pool.extended.items())),
        )  # fmt: skip
        reserve = kubelet_reserve(cluster.distribution, pool)
        for index in range(pool.count):
            node = Node(
                name=f"{name}-{index}", pool=name, capacity=capacity,
                allocatable=capacity - reserve, system=NOTHING,
                labels=tuple({"kubernetes.io/os": "linux", **pool.labels}.items()),
                taints=tuple(Taint(t.key, t.value, t.effect) for t in pool.taints),
            )  # fmt: skip
            if own and (pool.control_plane if marked else not bare):
                bearing.add(node.name)
            bare.append(node)
    workers = len(bare) > len(bearing)
    placed = _with_system_pods(bare, bearing, cluster)
    closed = bearing if workers and cluster.distribution in TAINTED else set()
    return tuple(_closed(node) if node.name in closed else node for node in placed)


def _closed(node: Node) -> Node:
    """Return a node of a control plane with its taint."""
    return replace(node, taints=(*node.taints, CONTROL_PLANE))


def _with_system_pods(bare: list[Node], bearing: set[str], cluster: Cluster) -> list[Node]:
    """Return the nodes with the requests of the distribution's pods.

    Those that run anywhere come first, when there is only a control plane; without one of the
    cluster's own they are spread over the nodes that have room for them.
    """
    there: list[list[SystemPod]] = [[] for _ in bare]
    pods = SYSTEM_PODS[cluster.distribution]
    for pod in pods:
        for index, node in enumerate(bare):
            if pod.where == "node" or (pod.where == "control plane" and node.name in bearing):
                there[index].append(pod)
    homes = [i for i, node in enumerate(bare) if node.name in bearing] or list(range(len(bare)))
    left = {i: bare[i].allocatable - total(pod.requests for pod in there[i]) for i in homes}
    turn = 0
    for pod in pods:
        for _ in range(pod.count if pod.where == "cluster" else 0):
            turns = [homes[(turn + i) % len(homes)] for i in range(len(homes))]
            home = next((i for i in turns if pod.requests.fits(left[i])), turns[0])
            there[home].append(pod)
            left[home] -= pod.requests
            turn = homes.index(home) + 1
    return [replace(node, **_sums(own)) for node, own in zip(bare, there, strict=True)]


def _sums(pods: list[SystemPod]) -> dict[str, Load]:
    return {
        "system": total(pod.requests for pod in pods),
        "scored": total(
            Load(pod.requests.memory or SCORED_MEMORY, pod.requests.cpu or SCORED_CPU)
            for pod in pods
        ),
    }
