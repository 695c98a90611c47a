"""The configuration of a kind cluster with the declared nodes: ``kind/cluster.yaml``.

Its own network plugin, kindnet, enforces network policies since kind 0.24 (it is built on
kube-network-policies), so none is installed in its place.
"""

from __future__ import annotations

from platc_compiler.documents import Artefacts
from platc_compiler.emit import yaml_text
from platc_compiler.ir.platform import Platform
from platc_compiler.templating import Templates
from platc_spec.cluster import Cluster, NodePool
from platc_spec.quantities import bytes_text, human_bytes, millicores_text

_IMAGES = {"1.34": "v1.34.11", "1.35": "v1.35.8", "1.36": "v1.36.4", "1.37": "v1.37.0"}
"""Node images of kind's release 0.33, by minor version of Kubernetes (its release notes)."""
_RELEASE = "0.33"
_PODS = 110
"""``maxPods`` of a kubelet that is not told otherwise."""


def kind_cluster(platform: Platform, templates: Templates) -> Artefacts:
    """Return the configuration, where the distribution is kind."""
    cluster = platform.spec.cluster
    if cluster.distribution != "kind":
        return {}
    document = templates.data(
        "kind/cluster.yaml.j2",
        name=platform.name, nodes=_nodes(cluster), patches=_patches(cluster),
        image=f"kindest/node:{_IMAGES.get(cluster.kubernetes, f'v{cluster.kubernetes}.0')}",
    )  # fmt: skip
    return {"kind/cluster.yaml": yaml_text(document, _header(cluster))}


def _header(cluster: Cluster) -> str:
    """Every node of kind is a container that sees the whole machine, so its size is stated here."""
    pools = cluster.nodes.values()
    memory = human_bytes(sum(pool.count * pool.memory for pool in pools))
    cpu = millicores_text(sum(pool.count * pool.cpu for pool in pools))
    return (
        f"kind create cluster --config kind/cluster.yaml   (kind {_RELEASE} or later)\n"
        f"Give Docker {memory} of memory and {cpu} CPUs: that is what the platform is measured for."
    )


def _nodes(cluster: Cluster) -> list[dict[str, object]]:
    """The control plane stands on the pools marked so, or else on the first node of the first."""
    marked = any(pool.control_plane for pool in cluster.nodes.values())
    result: list[dict[str, object]] = []
    for pool in cluster.nodes.values():
        for _ in range(pool.count):
            bearing = pool.control_plane if marked else not result
            role = "control-plane" if bearing else "worker"
            result.append({"role": role, "labels": dict(sorted(pool.labels.items()))})
    return result


def _patches(cluster: Cluster) -> list[str]:
    """What the kubelets are told: one configuration for all, so the most of each pool's."""
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
