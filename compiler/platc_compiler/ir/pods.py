"""Containers, volumes and pods."""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct, field

from platc_compiler.diagnostics import Origin


class Amounts(Struct, frozen=True, kw_only=True):
    """An amount of each compute resource; ``None`` is not stated."""

    cpu: int | None = None
    """Millicores."""
    memory: int | None = None
    """Bytes."""
    ephemeral_storage: int | None = None
    """Bytes."""


class Resources(Struct, frozen=True, kw_only=True):
    """What a container asks for and may use at most."""

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
    """How the kubelet asks a container for its state; times in seconds."""

    handler: HttpGet | TcpSocket | Exec
    period: int = 10
    timeout: int = 5
    failures: int = 3
    """Failures in a row before it counts."""
    delay: int = 0
    """Seconds before the first one."""


class EmptyDir(Struct, frozen=True, kw_only=True):
    """A folder that lives as long as the pod."""

    size: int
    """Bytes, at most; counted as ephemeral storage, or as memory with ``memory``."""
    memory: bool = False


class HostPath(Struct, frozen=True):
    """A folder of the node, always mounted read-only."""

    path: str
    type: str = "Directory"


class ConfigFiles(Struct, frozen=True):
    """The files of a configuration of the same workload (see :class:`~.workloads.Config`)."""

    config: str
    items: tuple[tuple[str, str], ...] = ()
    """Key and path below the mount; empty for all keys under their own names."""
    executable: bool = False


class SecretFiles(Struct, frozen=True):
    """Keys of a declared secret, as files of their names."""

    secret: str
    keys: tuple[str, ...]
    origin: Origin = ()


class Claim(Struct, frozen=True, kw_only=True):
    """A persistent volume: a claim of its own, or a template of a StatefulSet's claims."""

    size: int
    """Bytes."""
    storage_class: str | None = None
    access: Literal["ReadWriteOnce", "ReadWriteMany"] = "ReadWriteOnce"
    origin: Origin = ()


Source: TypeAlias = EmptyDir | HostPath | ConfigFiles | SecretFiles | Claim


class Volume(Struct, frozen=True):
    """A volume of a pod."""

    name: str
    source: Source


class Mount(Struct, frozen=True):
    """Where a container sees a volume."""

    volume: str
    path: str
    read_only: bool = False
    sub_path: str | None = None
    propagation: Literal["HostToContainer"] | None = None
    """Whether mounts that the host makes later show in the container too."""


class Container(Struct, frozen=True, kw_only=True):
    """A container. Its root is read-only, it gains no privilege and has no capability: the
    exceptions are fields here, so that each can be found.
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
    """Among ``Pod.init``: it goes on running beside the containers (restartPolicy Always)."""
    user: int | None = None
    """Another user than the pod's."""
    writable_root: bool = False
    capabilities: tuple[str, ...] = ()
    """Capabilities kept when all others are dropped."""
    working_dir: str | None = None
    origin: Origin = ()


class Pod(Struct, frozen=True, kw_only=True):
    """A pod as its template describes it."""

    containers: tuple[Container, ...]
    init: tuple[Container, ...] = ()
    volumes: tuple[Volume, ...] = ()
    user: int
    """The user all containers run as; 0 only where a component cannot do otherwise."""
    group: int
    fs_group: int | None = None
    token: bool = False
    """Whether the service account's token is mounted."""
    service_account: str | None = None
    """Another account than the workload's own, which bears its name."""
    host_network: bool = False
    host_pid: bool = False
    tolerate_all: bool = False
    """Runs on every node, tainted ones too."""
    node_selector: tuple[tuple[str, str], ...] = ()
    restart: Literal["Always", "OnFailure", "Never"] = "Always"
    grace: int = 30
    """Seconds between SIGTERM and SIGKILL."""
    labels: tuple[tuple[str, str], ...] = ()
    """Further labels, beside the recommended ones."""
    annotations: tuple[tuple[str, str], ...] = ()
    enable_service_links: bool = field(default=False)
