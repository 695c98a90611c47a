"""The cluster that the platform runs on: its nodes, and what they keep for themselves."""

from ipaddress import IPv4Network
from typing import Annotated, Literal

from pydantic import Field

from platc_spec.addresses import Cidr
from platc_spec.base import (
    Amounts,
    Cpu,
    Labels,
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
    """How many pods a node takes (kubelet ``maxPods``)."""
    labels: Labels = {}
    """Labels of the nodes, for ``node_selector``."""
    reserved: Amounts = Amounts()
    """What the kubelet of a node keeps back (capacity less allocatable), where it is known better
    than from the distribution. The pods of kube-system are counted beside it."""
    control_plane: bool = False
    """The control plane runs on these nodes (kind, kubeadm, k3s). Where no pool says so, it runs on
    the first node of the first pool. kind and kubeadm keep it free of other pods, unless there are
    no other nodes."""


class Overcommit(Model):
    """How far limits may exceed what there is: 1.5 means by half."""

    memory: Annotated[float, Field(ge=1, le=100)] = 1.5
    """Memory limits over allocatable memory, at most."""
    cpu: Annotated[float, Field(ge=1, le=1000)] = 4.0
    """CPU limits over allocatable CPU, at most."""


class ApiServer(Model):
    """Where the Kubernetes API server answers, for the network policies of those that use it."""

    cidrs: tuple[Cidr, ...] = ()
    """Addresses of the API server; left out, the private ranges, on its ports only. Most networks
    judge a connection by the address of the endpoint, some by that of the Service ``kubernetes``:
    with those, state it too."""
    port: PortNumber = 6443
    """The port at its endpoints; 443, that of its Service, is allowed beside it."""


class Dns(Model):
    """Where DNS answers beside the pods of kube-system."""

    cidrs: tuple[Cidr, ...] = (IPv4Network("169.254.20.10/32"),)
    """Addresses of a DNS cache on the nodes; left out, the usual one of NodeLocal DNSCache."""


class Cluster(Model):
    """The cluster: which Kubernetes, on which nodes."""

    distribution: Distribution = "kind"
    """The distribution; what its own pods request is known and counted."""
    kubernetes: Annotated[str, Field(pattern=r"^1\.[0-9]{2}$")] = "1.37"
    """The version of Kubernetes, major and minor, in quotes."""
    nodes: Annotated[dict[Name, NodePool], Field(min_length=1)]
    """The nodes, by the name of their pool."""
    cni: Cni | None = None
    """The network plugin, where it is known: some do not read policies as they are meant, and then
    platc says so. With Cilium set ``policyCIDRMatchMode: nodes``."""
    overcommit: Overcommit = Overcommit()
    """How far limits may exceed the nodes' capacity before it is an error."""
    storage_class: str | None = None
    """The StorageClass of volumes that name none; left out, the cluster's default."""
    api_server: ApiServer = ApiServer()
    """Where the API server answers."""
    dns: Dns = Dns()
    """Where DNS answers."""
    node_cidrs: tuple[Cidr, ...] = ()
    """Addresses of the nodes, for those that scrape kubelets and pods on the host network; left
    out, the private ranges, on the ports in question only."""


class Namespace(Model):
    """A namespace that platc creates, with default deny, quota and limits."""

    labels: Labels = {}
    """Further labels."""
    annotations: dict[QualifiedName, Text] = {}
    """Annotations."""
    pod_security: Literal["privileged", "baseline", "restricted"] | None = None
    """The Pod Security level enforced; left out, the strictest that its pods satisfy."""
