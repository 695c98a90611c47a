"""The configuration of a kind cluster with the declared nodes: ``kind/cluster.yaml``.

Network policies contain the addresses of the API server and the nodes. The file therefore states
the subnets of these addresses: another default of kind cannot change them.

kindnet, the network plugin of kind, enforces network policies since kind 0.24 (it is built on
kube-network-policies), so that no other plugin is needed.
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network

from platc_compiler.ir.platform import Platform
from platc_compiler.ir.taints import CONTROL_PLANE
from platc_compiler.objects.manifest import Artefacts, File
from platc_compiler.source.emit import yaml_text
from platc_compiler.templating.templates import Templates
from platc_spec.cluster import Cluster, NodePool
from platc_spec.quantities import bytes_text, human_bytes, millicores_text

_IMAGES = {"1.34": "v1.34.11", "1.35": "v1.35.8", "1.36": "v1.36.4", "1.37": "v1.37.0"}
"""Node images of kind's release 0.33, by minor version of Kubernetes (its release notes)."""
_RELEASE = "0.33"
_PODS = 110
"""The default of the kubelet's ``maxPods``."""
_SERVICES = IPv4Network("10.96.0.0/16")
"""The default of kind (its pkg/internal/apis/config/default.go), like the first pod subnet."""
_POD_SUBNETS = (IPv4Network("10.244.0.0/16"), IPv4Network("10.245.0.0/16"))


def kind_cluster(platform: Platform, templates: Templates, _: Artefacts) -> Iterator[File]:
    """Yield the configuration when the distribution is kind."""
    cluster = platform.spec.cluster
    if cluster.distribution != "kind":
        return
    document = templates.data(
        "kind/cluster.yaml.j2",
        name=platform.name, nodes=_nodes(cluster), patches=_patches(cluster),
        services=str(_services(cluster)), pods=str(_pods(cluster)),
        image=f"kindest/node:{_IMAGES.get(cluster.kubernetes, f'v{cluster.kubernetes}.0')}",
    )  # fmt: skip
    yield File("kind/cluster.yaml", yaml_text(document, _header(cluster)))


def _header(cluster: Cluster) -> str:
    """Return a comment with the size of the machine: a node is a container that sees all of it."""
    pools = cluster.nodes.values()
    memory = human_bytes(sum(pool.count * pool.memory for pool in pools))
    cpu = millicores_text(sum(pool.count * pool.cpu for pool in pools))
    return (
        f"kind create cluster --config kind/cluster.yaml   (kind {_RELEASE} or later)\n"
        f"Give Docker {memory} of memory and {cpu} CPUs: that is what the platform is measured for."
        f"{_docker_network(cluster)}"
    )


def _docker_network(cluster: Cluster) -> str:
    """Return how to choose the addresses of nodes: Docker assigns them, unless a network exists."""
    stated = [cidr for cidr in cluster.node_cidrs if isinstance(cidr, IPv4Network)]
    if not stated:
        return ""
    widest = min(stated, key=lambda cidr: cidr.prefixlen)
    subnet = next(widest.subnets(new_prefix=max(widest.prefixlen, 24)))
    return (
        f"\nPolicies take the nodes to be in {', '.join(map(str, stated))}."
        "\nDocker chooses; to choose in its place (kind calls it experimental), first:\n"
        f"docker network create --subnet {subnet} kind-nodes\n"
        "KIND_EXPERIMENTAL_DOCKER_NETWORK=kind-nodes kind create cluster --config kind/cluster.yaml"
    )


def _services(cluster: Cluster) -> IPv4Network:
    """Return the subnet of Services. The Service of the API server has its first address.

    When platform.yaml states that address, the subnet is the /16 around it.
    """
    for cidr in cluster.api_server.cidrs:
        if isinstance(cidr, IPv4Network) and cidr.num_addresses == 1:
            around = cidr.supernet(new_prefix=16)
            if cidr.network_address == around.network_address + 1:
                return around
    return _SERVICES


def _pods(cluster: Cluster) -> IPv4Network:
    """Return a subnet of pods without the addresses that policies open for other endpoints."""
    taken = (_services(cluster), *cluster.api_server.cidrs, *cluster.node_cidrs)
    ours = [cidr for cidr in taken if isinstance(cidr, IPv4Network)]
    free = (pods for pods in _POD_SUBNETS if not any(map(pods.overlaps, ours)))
    return next(free, _POD_SUBNETS[0])


def _nodes(cluster: Cluster) -> list[dict[str, object]]:
    """Return the nodes. The first one is the control plane, unless pools are marked for it."""
    marked = any(pool.control_plane for pool in cluster.nodes.values())
    result: list[dict[str, object]] = []
    for pool in cluster.nodes.values():
        for _ in range(pool.count):
            bearing = pool.control_plane if marked else not result
            role = "control-plane" if bearing else "worker"
            result.append(
                {
                    "role": role,
                    "labels": dict(sorted(pool.labels.items())),
                    "patches": _tainted(pool, bearing=bearing) if pool.taints else [],
                }
            )
    return result


def _tainted(pool: NodePool, *, bearing: bool) -> list[str]:
    """Return the patches that give the nodes of a pool their taints.

    kubeadm replaces its own taint of a control plane by the stated list, so the list has it too.
    The first node of a control plane is initialised, the others join it.
    """
    taints = [{"key": t.key, "value": t.value, "effect": t.effect} for t in pool.taints]
    if bearing:
        taints.append({"key": CONTROL_PLANE.key, "effect": CONTROL_PLANE.effect})
    kinds = ("InitConfiguration", "JoinConfiguration") if bearing else ("JoinConfiguration",)
    return [yaml_text({"kind": kind, "nodeRegistration": {"taints": taints}}) for kind in kinds]


def _patches(cluster: Cluster) -> list[str]:
    """Return the configuration that all kubelets share: the largest values of any pool."""
    pools = tuple(cluster.nodes.values())
    configuration: dict[str, object] = {}
    if any(pool.pods != _PODS for pool in pools):
        configuration["maxPods"] = max(pool.pods for pool in pools)
    if reserved := _reserved(pools):
        configuration["systemReserved"] = reserved
    return [yaml_text({"kind": "KubeletConfiguration", **configuration})] if configuration else []


def _reserved(pools: tuple[NodePool, ...]) -> dict[str, str]:
    memory = max((pool.reserved.memory or 0 for pool in pools), default=0)
    cpu = max((pool.reserved.cpu or 0 for pool in pools), default=0)
    disk = max((pool.reserved.ephemeral_storage or 0 for pool in pools), default=0)
    amounts = {
        "memory": bytes_text(memory) if memory else "",
        "cpu": millicores_text(cpu) if cpu else "",
        "ephemeral-storage": bytes_text(disk) if disk else "",
    }
    return {name: amount for name, amount in amounts.items() if amount}
