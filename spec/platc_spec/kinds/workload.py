"""``workload``: a program of the user's own in a container."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from platc_spec.base import (
    Cron,
    Duration,
    HttpPath,
    Image,
    Memory,
    Model,
    Name,
    PortName,
    SecretRef,
)
from platc_spec.service import Component, Deployed, MetricsEndpoint, Ports

MountPath = Annotated[str, Field(pattern=r"^/[^:\x00-\x1f]+$", max_length=1024)]
"""An absolute path in a container; Kubernetes allows no colon in it."""


class Check(Model):
    """A probe of a container."""

    http: HttpPath | None = None
    """A path that answers with 200 to 399."""
    tcp: bool = False
    """The probe succeeds if the port accepts connections."""
    command: tuple[str, ...] = ()
    """A command; the probe succeeds if it exits with 0."""
    port: PortName | None = None
    """The port; default: the first."""
    period: Duration | None = None
    """The interval; default: 10 s."""
    timeout: Duration | None = None
    """The time limit of an answer; default: 5 s."""
    failures: Annotated[int, Field(ge=1, le=10_000, strict=True)] = 3
    """The number of consecutive failures until the probe has failed."""

    @model_validator(mode="after")
    def _one_handler(self) -> Self:
        if sum((self.http is not None, self.tcp, bool(self.command))) != 1:
            raise ValueError("a probe has exactly one of http, tcp and command")
        return self


class Probes(Model):
    """The three probes of the kubelet."""

    startup: Check | None = None
    """The container has started; until then, the other probes do not run. Default: the same check
    as ``liveness``, for 10 minutes."""
    readiness: Check | None = None
    """The pod may get traffic."""
    liveness: Check | None = None
    """The container is restarted if it fails."""


class VolumeSpec(Model):
    """A mounted folder: persistent by default, deleted with the pod if ephemeral."""

    mount: MountPath
    """Its path in the container."""
    size: Memory
    """Its size."""
    ephemeral: bool = False
    """It is deleted with the pod (emptyDir)."""
    storage_class: str | None = None
    """The StorageClass of a persistent one."""


class Workload(Deployed, Component):
    """A workload of the user's own: image, ports, environment, volumes, schedule."""

    kind: Literal["workload"]
    image: Image
    """The image, with its tag or digest."""
    command: tuple[str, ...] = ()
    """The command; default: the image's entry point."""
    args: tuple[str, ...] = ()
    """Its arguments."""
    ports: Ports = {}
    """The ports on which it listens, by name; its Service has the same ports."""
    files: dict[MountPath, str] = {}
    """Files by absolute path, mounted read-only."""
    secret_files: dict[MountPath, SecretRef] = {}
    """Files by absolute path, each a key of a declared secret."""
    volumes: dict[Name, VolumeSpec] = {}
    """Folders that it may write to; the root file system is read-only."""
    probes: Probes = Probes()
    """Its probes; default: its first port must accept connections."""
    metrics: MetricsEndpoint | None = None
    """Its endpoint for metrics; the port is one of ``ports``."""
    schedule: Cron | None = None
    """Run it on a schedule, each time until it ends (CronJob), instead of permanently."""
    deadline: Duration | None = None
    """The longest duration of a scheduled run; default: 1 h."""
    user: Annotated[int, Field(ge=1, le=2**31 - 1, strict=True)] = 65532
    """The user and group that it runs as; root is not allowed."""
    api_access: bool = False
    """Whether its service account's token is mounted and it may connect to the API server."""
