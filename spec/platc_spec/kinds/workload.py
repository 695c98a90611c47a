"""``workload``: a program of the user's own in a container."""

from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import Field, GetCoreSchemaHandler, WithJsonSchema, model_validator
from pydantic_core import CoreSchema, core_schema

from platc_spec.base import (
    Cron,
    Duration,
    Env,
    HttpPath,
    Image,
    Lazily,
    Memory,
    Model,
    Name,
    PortName,
    Resources,
    SecretRef,
    ServiceName,
    TimeZone,
)
from platc_spec.service import Component, Deployed, EnvFrom, MetricsEndpoint, Ports

if TYPE_CHECKING:
    from platc_spec.autoscaling import Autoscale
    from platc_spec.pod_settings import Privileges, Right
    from platc_spec.pod_volumes import HostFolder, Shared, Token
else:
    # Lazily names the model: its module is imported when platform.yaml states one.
    Autoscale = HostFolder = Privileges = Right = Shared = Token = Model

MountPath = Annotated[str, Field(pattern=r"^/[^:\x00-\x1f]+$", max_length=1024)]
"""An absolute path in a container; Kubernetes allows no colon in it."""


class _TextOrBytes:
    """A text of the user's, or the bytes of a file that has been read already."""

    def __get_pydantic_core_schema__(
        self, _source: object, _handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Return the schema of a text that lets bytes pass."""

        def read(value: object, text: core_schema.ValidatorFunctionWrapHandler) -> object:
            return value if isinstance(value, bytes) else text(value)

        return core_schema.no_info_wrap_validator_function(read, core_schema.str_schema())


FileText = Annotated[
    str | bytes,
    _TextOrBytes(),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string"},
                {
                    "type": "object",
                    "properties": {
                        "file": {
                            "type": "string",
                            "description": "The path of a text file beside platform.yaml.",
                            "examples": ["conf/web.conf"],
                        },
                        "folder": {
                            "type": "string",
                            "description": "The path of a folder there; all files below it.",
                            "examples": ["conf"],
                        },
                        "binary": {
                            "type": "string",
                            "description": "The path of a file there that is no text.",
                            "examples": ["assets/logo.png"],
                        },
                    },
                    "minProperties": 1,
                    "maxProperties": 1,
                    "additionalProperties": False,
                },
            ]
        }
    ),
]
"""The text of a file, or its bytes; files that platform.yaml names are read before it is
validated."""


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
    """Its path in every container of the pod."""
    size: Memory | None = None
    """Its size; none of ``host``, ``token`` and ``shared`` has one."""
    ephemeral: bool = False
    """It is deleted with the pod (emptyDir)."""
    medium: Literal["Memory"] | None = None
    """``Memory`` for a folder in memory, deleted with the pod. What it holds counts as memory of
    the containers: the default request and limit rise by its size."""
    storage_class: str | None = None
    """The StorageClass of a persistent one."""
    access: Literal["ReadWriteOnce", "ReadWriteMany"] | None = None
    """Whether the pods of one node mount a persistent one, or those of many nodes at once; default:
    ``ReadWriteOnce``."""
    host: Annotated[HostFolder, Lazily("platc_spec.pod_volumes", "HostFolder")] | None = None
    """A folder of the node (hostPath), in place of a volume of its own."""
    token: Annotated[Token, Lazily("platc_spec.pod_volumes", "Token")] | None = None
    """A token of the service account for another server (projected), in the file ``token``."""
    shared: Annotated[Shared, Lazily("platc_spec.pod_volumes", "Shared")] | None = None
    """A persistent volume of another workload, read-only unless ``writable``."""

    @property
    def lasting(self) -> bool:
        """Whether it is storage that outlives the pod (a claim)."""
        return self.size is not None and not self.ephemeral and self.medium is None

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        sources = ("size", "host", "token", "shared")
        stated = [word for word in sources if getattr(self, word) is not None]
        if not stated:
            raise ValueError(
                "a volume has a size: add size: 1Gi, or name its host, its token or a shared one"
            )
        if len(stated) > 1:
            raise ValueError(f"a volume has one source: remove {' or '.join(stated)}")
        words = ("ephemeral", "medium", "storage_class", "access")
        own = {word for word in words if getattr(self, word)}
        if own and self.size is None:
            raise ValueError(f"{stated[0]} is no volume of its own: remove {min(own)}")
        if self.storage_class is not None and self.medium is not None:
            raise ValueError("a folder in memory has no StorageClass: remove storage_class")
        if self.access is not None and not self.lasting:
            raise ValueError("a folder that goes with the pod is of this pod alone: remove access")
        return self


class SideContainer(Model):
    """A container beside the main one: its user, its volumes and its files are the same."""

    image: Image | None = None
    """Its image, with its tag or digest; default: that of the service."""
    command: tuple[str, ...] = ()
    """The command; default: the image's entry point."""
    args: tuple[str, ...] = ()
    """Its arguments."""
    env: Env = {}
    """Its environment variables; it has none of the main container's."""
    env_from: EnvFrom = ()
    """Where more variables come from, as for the main container."""
    resources: Resources = Resources()
    """Requests and limits; default: 50m of CPU and 128Mi of memory."""


class InitContainer(SideContainer):
    """A container that runs to its end before the main one starts."""


class Sidecar(SideContainer):
    """A container that starts before the main one and ends after it."""

    ports: Ports = {}
    """The ports on which it listens, by name; the Service of the service has them too."""


class History(Model):
    """How many ended runs of a schedule are kept, for their logs."""

    successful: Annotated[int, Field(ge=0, le=100, strict=True)] = 1
    """Runs that succeeded."""
    failed: Annotated[int, Field(ge=0, le=100, strict=True)] = 3
    """Runs that failed."""


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
    peers: tuple[PortName, ...] = ()
    """The ports on which its pods connect to each other."""
    files: dict[MountPath, FileText] = {}
    """Files by absolute path, mounted read-only: the text, ``{ file: PATH }`` for a text file
    beside platform.yaml, ``{ binary: PATH }`` for one that is no text, or ``{ folder: PATH }`` for
    all files below a folder there."""
    secret_files: dict[MountPath, SecretRef] = {}
    """Files by absolute path, each a key of a declared secret."""
    volumes: dict[Name, VolumeSpec] = {}
    """Folders of all its containers, also to write to; the root file system is read-only."""
    probes: Probes = Probes()
    """Its probes; default: its first port must accept connections."""
    metrics: MetricsEndpoint | None = None
    """Its endpoint for metrics; the port is one of ``ports``."""
    init: dict[Name, Annotated[InitContainer, Lazily(__name__, "InitContainer")]] = {}
    """Containers that run before the main one, one after the other, in this order."""
    sidecars: dict[Name, Annotated[Sidecar, Lazily(__name__, "Sidecar")]] = {}
    """Containers that run beside the main one (Kubernetes: init containers that restart always).
    They start before ``init``, in this order."""
    controller: Literal["Deployment", "StatefulSet", "DaemonSet", "Job"] = "Deployment"
    """How its pods run: interchangeable; with a name and volumes of their own (the pods find each
    other as ``NAME-0.NAME-pods``); one on every node; or once to its end. A Job runs again when
    what it runs has changed. With ``schedule`` it is a CronJob."""
    strategy: Literal["RollingUpdate", "Recreate"] = "RollingUpdate"
    """How the pods of a Deployment are replaced: one after the other, or all at once, so that never
    two versions run. With a volume of one node it is always ``Recreate``."""
    autoscale: Annotated[Autoscale, Lazily("platc_spec.autoscaling", "Autoscale")] | None = None
    """Between which numbers, and by what, pods are added and removed; in place of ``replicas``."""
    schedule: Cron | None = None
    """Run it on a schedule, each time until it ends (CronJob), instead of permanently."""
    time_zone: TimeZone = "Etc/UTC"
    """The time zone of the schedule. In another than Etc/UTC the budget takes a run to be possible
    at any time."""
    concurrency: Literal["Forbid", "Replace"] = "Forbid"
    """What a scheduled run does if the one before it still runs: it is left out, or ends it."""
    history: Annotated[History, Lazily(__name__, "History")] = History()
    """How many ended runs of the schedule are kept."""
    suspended: bool = False
    """Whether the schedule is switched off; a run can still be started by hand."""
    deadline: Duration | None = None
    """The longest duration of a scheduled run or a Job; default: 1 h."""
    retries: Annotated[int, Field(ge=0, le=100, strict=True)] = 3
    """How often a scheduled run or a Job that failed is tried again."""
    grace: Duration | None = None
    """The time between the signal to end (SIGTERM) and the kill (SIGKILL); default: 30 s."""
    pre_stop: tuple[str, ...] = ()
    """A command that runs in the main container before the signal to end."""
    user: Annotated[int, Field(ge=1, le=2**31 - 1, strict=True)] = 65532
    """The user that it runs as; for root, see ``privileges``."""
    group: Annotated[int, Field(ge=1, le=2**31 - 1, strict=True)] | None = None
    """The group that it runs as, and that its volumes belong to; default: the number of the
    user."""
    privileges: Annotated[Privileges, Lazily("platc_spec.pod_settings", "Privileges")] | None = None
    """What the main container may do beyond the least that programs need."""
    rights: tuple[Annotated[Right, Lazily("platc_spec.pod_settings", "Right")], ...] = ()
    """What it may do in the API of Kubernetes; with any, it may connect to the API server."""
    wait_for: tuple[ServiceName, ...] = ()
    """The services that must be ready before its containers start: those in ``depends_on`` accept
    connections on the ports stated there, and a Job is complete. Its pods wait in an init
    container each time they start."""
    wait_image: Image = "busybox:1.37.0"
    """The image of the container that waits for a port: it needs ``sh`` and ``nc``."""
    api_access: bool = False
    """Whether its service account's token is mounted and it may connect to the API server."""

    @property
    def runs_once(self) -> bool:
        """Whether it is a Job: it runs once to its end."""
        return self.controller == "Job" and self.schedule is None

    @property
    def files_group(self) -> int:
        """The group of its processes, and of the files in its volumes."""
        if self.privileges is not None and self.privileges.root:
            return 0
        return self.group or self.user

    @property
    def every_port(self) -> Ports:
        """The ports of all containers that keep running, those of the main one first."""
        beside = (sidecar.ports for sidecar in self.sidecars.values())
        return {**self.ports, **{name: port for ports in beside for name, port in ports.items()}}

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        names = (*self.ports, *(name for each in self.sidecars.values() for name in each.ports))
        if twice := [name for name in self.every_port if names.count(name) > 1]:
            raise ValueError(f"two containers have a port {twice[0]!r}: give one another name")
        if twice := sorted(self.init.keys() & self.sidecars.keys()):
            raise ValueError(f"{twice[0]!r} is below init and below sidecars: rename one")
        lasting = any(volume.lasting for volume in self.volumes.values())
        if self.controller == "DaemonSet" and lasting:
            raise ValueError("a DaemonSet has no persistent volumes: write ephemeral: true")
        if self.schedule is not None and "controller" in self.model_fields_set:
            raise ValueError(
                "a service with a schedule is a CronJob: remove controller or schedule"
            )
        if self.strategy == "Recreate" and (self.controller != "Deployment" or self.schedule):
            raise ValueError("strategy is of a Deployment: remove it")
        if self.autoscale is not None:
            self._scalable()
        stated = [k for k in ("user", "group") if k in self.model_fields_set]
        if stated and self.privileges is not None and self.privileges.root:
            raise ValueError(f"root is a user of its own: remove {stated[0]}")
        return self

    def _scalable(self) -> None:
        if self.schedule is not None or self.controller in {"Job", "DaemonSet"}:
            what = "CronJob" if self.schedule is not None else self.controller
            raise ValueError(f"a {what} is not scaled: remove autoscale")
        if "replicas" in self.model_fields_set:
            raise ValueError(
                "autoscale decides how many pods run: remove replicas, its least number is min"
            )
