"""Containers, volumes and pods."""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct, field

from platc_compiler.diagnostics import Origin
from platc_compiler.ir.labels import Labels
from platc_compiler.ir.taints import Toleration


class Amounts(Struct, frozen=True, kw_only=True):
    """An amount of each compute resource; ``None`` when it is not stated."""

    cpu: int | None = None
    """Millicores."""
    memory: int | None = None
    """Bytes."""
    ephemeral_storage: int | None = None
    """Bytes."""
    extended: tuple[tuple[str, int], ...] = ()
    """Whole numbers of devices and the like, by names such as ``nvidia.com/gpu``, sorted; requests
    and limits are the same."""


class Resources(Struct, frozen=True, kw_only=True):
    """The requests and limits of a container."""

    requests: Amounts = Amounts()
    limits: Amounts = Amounts()
    origin: Origin = ()


class SecretKey(Struct, frozen=True):
    """A key of a declared secret."""

    secret: str
    key: str
    origin: Origin = ()


class FieldRef(Struct, frozen=True):
    """A field of the pod itself, such as ``status.podIP``."""

    path: str


class Env(Struct, frozen=True):
    """An environment variable; ``$(NAME)`` in a literal refers to one that stands before it."""

    name: str
    value: str | SecretKey | FieldRef


class Port(Struct, frozen=True):
    """A port that a container listens on."""

    name: str
    number: int
    protocol: Literal["TCP", "UDP"] = "TCP"


class HttpGet(Struct, frozen=True):
    """A probe by HTTP."""

    path: str
    port: int
    scheme: Literal["HTTP", "HTTPS"] = "HTTP"


class TcpSocket(Struct, frozen=True):
    """A probe that opens a connection."""

    port: int


class Exec(Struct, frozen=True):
    """A probe that runs a command in the container."""

    command: tuple[str, ...]


class Probe(Struct, frozen=True, kw_only=True):
    """A probe of the kubelet; times are in seconds."""

    handler: HttpGet | TcpSocket | Exec
    period: int = 10
    timeout: int = 5
    failures: int = 3
    """Consecutive failures before the container counts as failed."""
    delay: int = 0
    """Seconds before the first one."""


class EmptyDir(Struct, frozen=True, kw_only=True):
    """A folder that lives as long as the pod."""

    size: int
    """The most it may hold, in bytes; counts as ephemeral storage, or as memory with ``memory``."""
    memory: bool = False


class HostPath(Struct, frozen=True):
    """A folder of the node. Mounts of what others keep there are read-only."""

    path: str
    type: str = "Directory"


class ConfigFiles(Struct, frozen=True):
    """The files of a configuration of the same workload (see :class:`~.workloads.Config`)."""

    config: str
    items: tuple[tuple[str, str], ...] = ()
    """Key and path below the mount; empty for all keys under their own names."""
    executable: bool = False


class SecretFiles(Struct, frozen=True):
    """Keys of a declared secret, each as a file of the same name."""

    secret: str
    keys: tuple[str, ...]
    origin: Origin = ()


class ServiceToken(Struct, frozen=True, kw_only=True):
    """A token of the service account for another server than the API server, in ``token``."""

    audience: str
    seconds: int
    """How long it is valid."""


class Claim(Struct, frozen=True, kw_only=True):
    """A persistent volume: a claim of its own, or a template of a StatefulSet's claims."""

    size: int
    """Bytes."""
    storage_class: str | None = None
    access: Literal["ReadWriteOnce", "ReadWriteMany"] = "ReadWriteOnce"
    copy: bool = False
    """Whether it holds a copy of another volume, made again when it is lost: it needs no backup."""
    origin: Origin = ()


class OtherClaim(Struct, frozen=True):
    """The persistent volume of another workload."""

    claim: str
    """The name of the claim."""
    read_only: bool = False
    """Whether no container can write to it; its files then keep the group of their owner."""


Source: TypeAlias = (
    EmptyDir | HostPath | ConfigFiles | SecretFiles | ServiceToken | Claim | OtherClaim
)


class Volume(Struct, frozen=True):
    """A volume of a pod."""

    name: str
    source: Source


class Mount(Struct, frozen=True):
    """Where a volume is mounted in a container."""

    volume: str
    path: str
    read_only: bool = False
    sub_path: str | None = None
    propagation: Literal["HostToContainer"] | None = None
    """Whether the container also sees mounts that the host makes later."""


class Heap(Struct, frozen=True, kw_only=True):
    """The heap that the runtime of a container is told to use."""

    size: int
    """The most it may be, in bytes."""
    beside: int
    """What the runtime needs outside of it, in bytes."""


class Container(Struct, frozen=True, kw_only=True):
    """A container. Its root file system is read-only, it cannot gain privileges and it has no
    capability, unless a field here states an exception.
    """

    name: str
    image: str
    command: tuple[str, ...] = ()
    args: tuple[str, ...] = ()
    env: tuple[Env, ...] = ()
    ports: tuple[Port, ...] = ()
    mounts: tuple[Mount, ...] = ()
    resources: Resources
    startup: Probe | None = None
    readiness: Probe | None = None
    liveness: Probe | None = None
    stop: tuple[str, ...] = ()
    """The command of a preStop hook."""
    sidecar: bool = False
    """Whether it keeps running although it is in ``Pod.init`` (restartPolicy Always)."""
    user: int | None = None
    """The user, when it is another than the pod's."""
    writable_root: bool = False
    capabilities: tuple[str, ...] = ()
    """Capabilities kept when all others are dropped."""
    working_dir: str | None = None
    original: str = ""
    """The image as it was named, where it is pulled under another name."""
    heap: Heap | None = None
    """The heap of its runtime, where the kind chooses it."""
    origin: Origin = ()


class Dns(Struct, frozen=True, kw_only=True):
    """How the names of a pod are resolved."""

    policy: str
    nameservers: tuple[str, ...] = ()
    searches: tuple[str, ...] = ()
    options: tuple[tuple[str, str | None], ...] = ()


class Neighbour(Struct, frozen=True, kw_only=True):
    """Pods near which others stand on a node, or apart from which."""

    workload: str
    namespace: str
    labels: Labels
    near: bool
    """Otherwise: apart."""
    required: bool
    zone: bool = False
    """Whether the zone counts, and not the node."""


class Pod(Struct, frozen=True, kw_only=True):
    """A pod template."""

    containers: tuple[Container, ...]
    init: tuple[Container, ...] = ()
    volumes: tuple[Volume, ...] = ()
    user: int
    """The user that all containers run as; 0 (root) only when a component requires it."""
    group: int
    fs_group: int | None = None
    token: bool = False
    """Whether the service account's token is mounted."""
    service_account: str | None = None
    """The service account, when it is another than the workload's own of the same name."""
    host_network: bool = False
    host_pid: bool = False
    tolerations: tuple[Toleration, ...] = ()
    """The taints of nodes on which it may run nevertheless."""
    node_selector: tuple[tuple[str, str], ...] = ()
    runtime_class: str | None = None
    overhead: Amounts = Amounts()
    """What it takes beside its containers, by its runtime class."""
    priority_class: str | None = None
    host_aliases: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Names by address that it knows without DNS."""
    dns: Dns | None = None
    sysctls: tuple[tuple[str, str], ...] = ()
    neighbours: tuple[Neighbour, ...] = ()
    """Whose nodes it shares or avoids."""
    together: Labels = ()
    """Labels of pods with which it stands on one node, its own among them: the first one of them
    may stand anywhere."""
    leaves_with_others: bool = False
    """Whether it finds a node only after pods that share a disk with it have all left theirs: a
    PodDisruptionBudget, which keeps some of them, would stop the drain of the node."""
    apart: Labels = ()
    """Labels of pods whose nodes it avoids where it can, beside those of its own kind."""
    pull_secrets: tuple[SecretKey, ...] = ()
    """The secrets with which the kubelet pulls its images."""
    restart: Literal["Always", "OnFailure", "Never"] = "Always"
    grace: int = 30
    """Seconds between SIGTERM and SIGKILL."""
    labels: tuple[tuple[str, str], ...] = ()
    """Further labels, beside the recommended ones."""
    annotations: tuple[tuple[str, str], ...] = ()
    security: str | None = None
    """The strictest Pod Security level that it satisfies, where somebody else wrote it."""
    enable_service_links: bool = field(default=False)
