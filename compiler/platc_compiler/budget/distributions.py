"""What each distribution keeps for itself: the kubelet's reservation, and the requests of its pods.

The figures of kind, k3s and kubeadm come from their sources and hold for a cluster as it is
created. Those of the managed services depend on their release and on add-ons, and are those of a
cluster without any; ``reserved`` of a pool replaces the kubelet's part where it is known better.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Literal

from msgspec import Struct

from platc_compiler.budget.load import Load
from platc_spec.cluster import Distribution, NodePool

_MI = 1 << 20
_GI = 1 << 30
_EVICTION_MEMORY = 100 * _MI
"""``memory.available`` of ``DefaultEvictionHard`` (pkg/kubelet/eviction/defaults_linux.go)."""


class SystemPod(Struct, frozen=True):
    """Pods that the distribution itself runs in kube-system."""

    name: str
    where: Literal["node", "control plane", "cluster"]
    """On every node, on each node of the control plane, or ``count`` of them anywhere."""
    requests: Load
    count: int = 1


def _pod(
    name: str,
    where: Literal["node", "control plane", "cluster"],
    cpu: int = 0,
    memory: int = 0,
    count: int = 1,
) -> SystemPod:
    return SystemPod(name, where, Load(memory * _MI, cpu, 0, 1), count)


_KUBEADM = (
    # cmd/kubeadm/app/phases/controlplane/manifests.go, etcd/local.go, addons/dns/manifests.go
    _pod("kube-apiserver", "control plane", cpu=250),
    _pod("kube-controller-manager", "control plane", cpu=200),
    _pod("kube-scheduler", "control plane", cpu=100),
    _pod("etcd", "control plane", cpu=100, memory=100),
    _pod("kube-proxy", "node"),
    _pod("coredns", "cluster", cpu=100, memory=70, count=2),
)

SYSTEM_PODS: dict[Distribution, tuple[SystemPod, ...]] = {
    # kindnet: kubernetes-sigs/kind pkg/build/nodeimage/const_cni.go; local-path-provisioner
    # (const_storage.go there) requests nothing.
    "kind": (
        *_KUBEADM,
        _pod("kindnet", "node", cpu=100, memory=50),
        _pod("local-path-provisioner", "cluster"),
    ),
    # The network add-on is the administrator's choice: a pod a node that requests nothing.
    "kubeadm": (*_KUBEADM, _pod("network add-on", "node")),
    # k3s-io/k3s manifests/: the control plane is a process of the node, not pods.
    "k3s": (
        _pod("coredns", "cluster", cpu=100, memory=70),
        _pod("metrics-server", "cluster", cpu=100, memory=70),
        _pod("local-path-provisioner", "cluster"),
        _pod("traefik", "cluster"),
        _pod("svclb-traefik", "node"),
    ),
    # aws/amazon-vpc-cni-k8s charts/aws-vpc-cni/values.yaml (25m for each of its two containers).
    "eks": (
        _pod("aws-node", "node", cpu=50),
        _pod("kube-proxy", "node", cpu=100),
        _pod("coredns", "cluster", cpu=100, memory=70, count=2),
    ),
    # As `kubectl describe node` shows them on a new Standard cluster.
    "gke": (
        _pod("kube-proxy", "node", cpu=100),
        _pod("fluentbit-gke", "node", cpu=100, memory=200),
        _pod("gke-metrics-agent", "node", cpu=8, memory=110),
        _pod("pdcsi-node", "node", cpu=10, memory=20),
        _pod("konnectivity-agent", "node", cpu=10, memory=30),
        _pod("kube-dns", "cluster", cpu=270, memory=120, count=2),
        _pod("kube-dns-autoscaler", "cluster", cpu=20, memory=10),
        _pod("metrics-server", "cluster", cpu=48, memory=105),
        _pod("l7-default-backend", "cluster", cpu=10, memory=20),
        _pod("event-exporter-gke", "cluster"),
    ),
    # As `kubectl describe node` shows them on a new cluster with Azure CNI.
    "aks": (
        _pod("kube-proxy", "node", cpu=100),
        _pod("azure-cns", "node", cpu=40, memory=250),
        _pod("azure-ip-masq-agent", "node", cpu=100, memory=50),
        _pod("cloud-node-manager", "node", cpu=50, memory=50),
        _pod("csi-azuredisk-node", "node", cpu=30, memory=60),
        _pod("csi-azurefile-node", "node", cpu=30, memory=60),
        _pod("coredns", "cluster", cpu=100, memory=70, count=2),
        _pod("coredns-autoscaler", "cluster", cpu=20, memory=10),
        _pod("konnectivity-agent", "cluster", cpu=20, memory=20, count=2),
        _pod("metrics-server", "cluster", cpu=160, memory=160, count=2),
    ),
}

OWN_CONTROL_PLANE: frozenset[Distribution] = frozenset({"kind", "kubeadm", "k3s"})
"""Distributions whose control plane runs on the nodes of the cluster."""

TAINTED: frozenset[Distribution] = frozenset({"kind", "kubeadm"})
"""Distributions that keep other pods off the control plane, once there are other nodes.

kind takes the taint away from the only node of a cluster (kubernetes-sigs/kind
pkg/cluster/internal/create/actions/kubeadminit/init.go), which a user of kubeadm does by hand.
"""


def kubelet_reserve(distribution: Distribution, pool: NodePool) -> Load:
    """Return what the kubelet of a node of the pool keeps back: capacity less allocatable.

    ``reserved`` of the pool stands for the distribution's figure, resource by resource.
    """
    default, stated = _RESERVES[distribution](pool), pool.reserved
    return Load(
        memory=default.memory if stated.memory is None else stated.memory,
        cpu=default.cpu if stated.cpu is None else stated.cpu,
        ephemeral_storage=(
            default.ephemeral_storage
            if stated.ephemeral_storage is None
            else stated.ephemeral_storage
        ),
    )


def _kind(_: NodePool) -> Load:
    # Its kubelet configuration sets the disk thresholds to 0 % and names no other, and a threshold
    # that is not named is none (pkg/cluster/internal/kubeadm/config.go in kubernetes-sigs/kind;
    # cmd/kubelet/app/server.go): a node's allocatable memory is its whole memory.
    return Load()


def _k3s(pool: NodePool) -> Load:
    # --eviction-hard=imagefs.available<5%,nodefs.available<5% (pkg/daemons/agent), memory unnamed.
    return Load(ephemeral_storage=_share(pool.ephemeral_storage, 50))


def _kubeadm(pool: NodePool) -> Load:
    return Load(memory=_EVICTION_MEMORY, ephemeral_storage=_share(pool.ephemeral_storage, 100))


def _eks(pool: NodePool) -> Load:
    # awslabs/amazon-eks-ami nodeadm/internal/kubelet/config.go
    return Load(
        memory=_EVICTION_MEMORY + (255 + 11 * pool.pods) * _MI,
        cpu=_tiered_cpu(pool.cpu),
        ephemeral_storage=_share(pool.ephemeral_storage, 100) + _GI,
    )


def _gke(pool: NodePool) -> Load:
    # cloud.google.com/kubernetes-engine/docs/concepts/plan-node-sizes
    disk = pool.ephemeral_storage
    system = min(disk // 2, 6 * _GI + _share(disk, 350), 100 * _GI)
    return Load(
        memory=_EVICTION_MEMORY + _tiered_memory(pool.memory),
        cpu=_tiered_cpu(pool.cpu),
        ephemeral_storage=_share(disk, 100) + system,
    )


def _aks(pool: NodePool) -> Load:
    # learn.microsoft.com/azure/aks/node-resource-reservations, as of 1.29; MB taken as MiB.
    return Load(
        memory=_EVICTION_MEMORY + min((20 * pool.pods + 50) * _MI, pool.memory // 4),
        cpu=_interpolated_cpu(pool.cpu),
        ephemeral_storage=_share(pool.ephemeral_storage, 100),
    )


_RESERVES: dict[Distribution, Callable[[NodePool], Load]] = {
    "kind": _kind,
    "k3s": _k3s,
    "kubeadm": _kubeadm,
    "eks": _eks,
    "gke": _gke,
    "aks": _aks,
}


def _share(amount: int, per_mille: int) -> int:
    """Return a share of an amount, rounded up."""
    return -(-amount * per_mille // 1000)


def _tiered_memory(memory: int) -> int:
    """25 % of the first 4 GiB, 20 % of the next 4, 10 % of the next 8, 6 % of the next 112, 2 %."""
    if memory < _GI:
        return 255 * _MI
    tiers = ((4, 250), (4, 200), (8, 100), (112, 60))
    reserved, rest = 0, memory
    for width, per_mille in tiers:
        part = min(rest, width * _GI)
        reserved += _share(part, per_mille)
        rest -= part
    return reserved + _share(rest, 20)


def _tiered_cpu(millicores: int) -> int:
    """6 % of the first core, 1 % of the second, 0.5 % of the next two, 0.25 % of the rest."""
    reserved, rest = 0, millicores
    for width, per_ten_thousand in ((1000, 600), (1000, 100), (2000, 50)):
        part = min(rest, width)
        reserved += part * per_ten_thousand
        rest -= part
    return -(-(reserved + rest * 25) // 10_000)


def _interpolated_cpu(millicores: int) -> int:
    """60m for one core, 100m for two, 140m for four, and 10m for each further core."""
    known = ((1000, 60), (2000, 100), (4000, 140))
    for (below, low), (above, high) in pairwise(known):
        if millicores <= above:
            return low + -(-(millicores - below) * (high - low) // (above - below))
    return 140 + -(-(millicores - 4000) // 100)
