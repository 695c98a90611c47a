"""``workload``: anything of the user's own that runs in a container."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from platc_spec.base import Cron, Duration, Image, Memory, Model, Name, PortName, SecretRef
from platc_spec.service import Component, Deployed, MetricsEndpoint, Ports

MountPath = Annotated[str, Field(pattern=r"^/[^:\x00-\x1f]+$", max_length=1024)]
"""An absolute path in a container; Kubernetes takes none with a colon."""


class Check(Model):
    """How a container is asked for its state."""

    http: str | None = None
    """A path that answers with 200 to 399."""
    tcp: bool = False
    """That the port takes connections."""
    command: tuple[str, ...] = ()
    """A command that exits with 0."""
    port: PortName | None = None
    """Which port; left out, the first."""
    period: Duration | None = None
    """How often; left out, every 10 s."""
    timeout: Duration | None = None
    """How long an answer may take; left out, 5 s."""
    failures: Annotated[int, Field(ge=1, le=10_000, strict=True)] = 3
    """How many failures in a row count."""

    @model_validator(mode="after")
    def _one_handler(self) -> Self:
        if sum((self.http is not None, self.tcp, bool(self.command))) != 1:
            raise ValueError("a probe has exactly one of http, tcp and command")
        return self


class Probes(Model):
    """The three questions of the kubelet."""

    startup: Check | None = None
    """Has it started? Till then the others are not asked. Left out, it asks what ``liveness`` asks,
    for 10 minutes."""
    readiness: Check | None = None
    """May it get traffic?"""
    liveness: Check | None = None
    """Must it be restarted?"""


class VolumeSpec(Model):
    """A folder that is mounted: persistent with a size alone, gone with the pod if ephemeral."""

    mount: MountPath
    """Where the container sees it."""
    size: Memory
    """How large it is."""
    ephemeral: bool = False
    """It lives no longer than the pod (emptyDir)."""
    storage_class: str | None = None
    """The StorageClass of a persistent one."""


class Workload(Deployed, Component):
    """A workload of the user's own: image, ports, environment, volumes, schedule."""

    kind: Literal["workload"]
    image: Image
    """The image, with its tag or digest."""
    command: tuple[str, ...] = ()
    """Another entry point than the image's own."""
    args: tuple[str, ...] = ()
    """Its arguments."""
    ports: Ports = {}
    """The ports it listens on, by name; each is a port of its Service too."""
    files: dict[MountPath, str] = {}
    """Files by absolute path, mounted read-only."""
    secret_files: dict[MountPath, SecretRef] = {}
    """Files by absolute path, each a key of a declared secret."""
    volumes: dict[Name, VolumeSpec] = {}
    """Folders it may write to; the root file system is read-only."""
    probes: Probes = Probes()
    """How it is asked for its state; left out, whether its first port takes connections."""
    metrics: MetricsEndpoint | None = None
    """Where it serves its metrics; the port is one of ``ports``."""
    schedule: Cron | None = None
    """Run it by the clock, to its end (CronJob), instead of all the time."""
    deadline: Duration | None = None
    """How long a run by the clock may take; left out, 1 h."""
    user: Annotated[int, Field(ge=1, le=2**31 - 1, strict=True)] = 65532
    """The user and group it runs as; root is not to be had."""
    api_access: bool = False
    """Whether its service account's token is mounted and the API server may be reached."""
