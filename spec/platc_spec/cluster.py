"""The cluster of the platform: its nodes, and the part of them that is reserved."""

from ipaddress import IPv4Network
from typing import Annotated, Literal

from pydantic import Field

from platc_spec.addresses import Cidr
from platc_spec.base import (
    Amounts,
    Cpu,
    Extended,
    Labels,
    LabelValue,
    Lazily,
    Memory,
    Model,
    Name,
    PortNumber,
    QualifiedName,
    Text,
)

Distribution = Literal["kind", "k3s", "kubeadm", "eks", "gke", "aks"]


Cni = Literal[
    "antrea", "aws-vpc-cni", "azure", "calico", "cilium", "flannel", "kindnet", "kube-router"
]


class Taint(Model):
    """A taint of a node, as in Kubernetes."""

    key: QualifiedName
    """Its key."""
    value: LabelValue = ""
    """Its value."""
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"]
    """What it does to pods that do not tolerate it."""


class NodePool(Model):
    """Nodes of one size."""

    count: Annotated[int, Field(ge=1, le=5000, strict=True)] = 1
    """How many nodes of this size there are."""
    memory: Memory
    """Memory of one node; ``8GB`` is 8·10⁹ bytes, ``8Gi`` is 8·2³⁰."""
    cpu: Cpu
    """CPU of one node."""
    ephemeral_storage: Memory = 50 << 30
    """Local disk of one node for images, logs and emptyDirs."""
    pods: Annotated[int, Field(ge=1, le=1000, strict=True)] = 110
    """The maximum number of pods on a node (kubelet ``maxPods``)."""
    extended: Extended = {}
    """Devices of one node that a plugin offers, by name, such as ``nvidia.com/gpu``."""
    labels: Labels = {}
    """Labels of the nodes, for ``node_selector``."""
    taints: tuple[Annotated[Taint, Lazily(__name__, "Taint")], ...] = ()
    """Taints of the nodes: only pods that tolerate them run there."""
    reserved: Amounts = Amounts()
    """The part of a node that the kubelet reserves (capacity less allocatable), if it is known
    better than from the distribution. The pods of kube-system are counted separately."""
    control_plane: bool = False
    """The control plane runs on these nodes (kind, kubeadm, k3s). If no pool says so, it runs on
    the first node of the first pool. kind and kubeadm keep other pods off it, unless there are no
    other nodes."""


class Overcommit(Model):
    """How far limits may exceed the capacity: 1.5 allows 50 % more."""

    memory: Annotated[float, Field(ge=1, le=100)] = 1.5
    """The highest ratio of memory limits to allocatable memory."""
    cpu: Annotated[float, Field(ge=1, le=1000)] = 4.0
    """The highest ratio of CPU limits to allocatable CPU."""


class ApiServer(Model):
    """The addresses of the Kubernetes API server, for the network policies of its clients."""

    cidrs: tuple[Cidr, ...] = ()
    """Addresses of the API server; default: the private ranges, on its ports only. Most networks
    judge a connection by the address of the endpoint, some by that of the Service ``kubernetes``:
    for those, state it too."""
    port: PortNumber = 6443
    """The port of its endpoints; port 443 of its Service is allowed too."""


class Dns(Model):
    """The addresses of DNS outside the pods of kube-system."""

    cidrs: tuple[Cidr, ...] = (IPv4Network("169.254.20.10/32"),)
    """Addresses of a DNS cache on the nodes; default: the usual one of NodeLocal DNSCache."""


class Cluster(Model):
    """The cluster: its version of Kubernetes and its nodes."""

    distribution: Distribution = "kind"
    """The distribution; platc knows and counts the requests of its own pods."""
    kubernetes: Annotated[str, Field(pattern=r"^1\.[0-9]{2}$")] = "1.37"
    """The version of Kubernetes, major and minor, in quotes."""
    nodes: Annotated[dict[Name, NodePool], Field(min_length=1)]
    """The nodes, by the name of their pool."""
    cni: Cni | None = None
    """The network plugin, if it is known: some do not apply policies as written, and platc then
    reports it. With Cilium, set ``policyCIDRMatchMode: nodes``."""
    runtime_classes: dict[Name, Amounts] = {}
    """The RuntimeClasses of the cluster, each with its overhead: what a pod takes beside its
    containers (``overhead.podFixed``)."""
    overcommit: Overcommit = Overcommit()
    """How far limits may exceed the nodes' capacity before it is an error."""
    storage_class: str | None = None
    """The StorageClass of volumes that name none; default: the cluster's default."""
    shared_storage_classes: tuple[str, ...] = ()
    """The StorageClasses whose volumes many nodes can mount at once (``ReadWriteMany``), such as
    those of NFS, CephFS or Amazon EFS."""
    api_server: ApiServer = ApiServer()
    """The addresses of the API server."""
    dns: Dns = Dns()
    """The addresses of DNS."""
    node_cidrs: tuple[Cidr, ...] = ()
    """Addresses of the nodes, for clients of kubelets and of pods on the host network; default: the
    private ranges, on the needed ports only."""


class Namespace(Model):
    """A namespace that platc creates, with default deny, quota and limits."""

    labels: Labels = {}
    """Further labels."""
    annotations: dict[QualifiedName, Text] = {}
    """Annotations."""
    pod_security: Literal["privileged", "baseline", "restricted"] | None = None
    """The enforced Pod Security level; default: the strictest that its pods satisfy."""
