"""Pipelines: DAGs of tasks that run on an orchestrator."""

from datetime import date
from posixpath import normpath
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from platc_spec.base import (
    Cron,
    Delay,
    Duration,
    Env,
    Identifier,
    Image,
    Labels,
    Lazily,
    Memory,
    Model,
    Name,
    Refers,
    Resources,
    ServiceName,
)
from platc_spec.service import Dependency, Toleration
from platc_spec.spark import Spark

_TMP = "/tmp"  # noqa: S108 - in a pod

User = Annotated[int, Field(ge=1, le=2**31 - 1, strict=True)]
"""A user id; root is not allowed."""

Scratch = Annotated[Memory, Field(ge=1 << 20)]


def _writable(path: str) -> str:
    if normpath(path) != path or path == "/":
        raise ValueError(
            f"{path!r} is not allowed here: write a folder such as /opt/spark/work-dir"
        )
    if path == _TMP or path.startswith(f"{_TMP}/"):
        raise ValueError(f"{_TMP} is writable already")
    return path


PodName = Annotated[Name, Field(max_length=54)]
"""A name that leaves room for the unique suffix of a pod's name, in 63 characters.

Source: ``add_unique_suffix`` in kubernetes_helper_functions.py of
apache-airflow-providers-cncf-kubernetes, which adds 9 of them."""

WritablePath = Annotated[
    str, Field(pattern=r"^/[^:\x00-\x1f]*$", max_length=1024), AfterValidator(_writable)
]
"""A folder that an image writes to."""


class TaskDefaults(Model):
    """The defaults of all tasks (Airflow's ``default_args``)."""

    owner: str = "platform"
    """The owner."""
    depends_on_past: bool = False
    """Each task waits for its own run of the previous interval."""
    retries: Annotated[int, Field(ge=0, le=100, strict=True)] = 0
    """How often a failed task is tried again."""
    retry_delay: Delay | None = None
    """How long it waits before that."""
    timeout: Duration | None = None
    """The time limit of a try (``execution_timeout``)."""
    email: tuple[str, ...] = ()
    """The mail addresses."""
    email_on_failure: bool = False
    """Whether a failed task sends mail."""
    email_on_retry: bool = False
    """Whether a retry sends mail."""
    user: User = 65532
    """The user and the group that images run as. Some images need one that is in their
    ``/etc/passwd``, for example Spark and Hadoop: 185 in Spark's own image."""
    scratch: Scratch | None = None
    """How much the pod of a task may write, to ``/tmp`` and its ``writable`` folders together;
    default: 512Mi, or half of a smaller limit of its ephemeral storage."""
    node_selector: Labels = {}
    """Labels that a node must have to run the pods of images. Python functions run in the pods of
    the service, which has its own."""
    tolerations: tuple[Annotated[Toleration, Lazily("platc_spec.service", "Toleration")], ...] = ()
    """Taints of nodes that the pods of images tolerate."""


class Task(Model):
    """A step: a container image, or a Python function beside the generated DAG."""

    after: tuple[Identifier, ...] = ()
    """The tasks that must succeed before it."""
    image: Image | None = None
    """The image of its own pod, with its tag."""
    name: PodName | None = None
    """The beginning of its pod's name, to which Airflow adds some characters; default: the task's
    id."""
    python: (
        Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_.]*:[A-Za-z_][A-Za-z0-9_]*$")] | None
    ) = None
    """A Python function in the DAG folder, written ``package.module:function``."""
    command: tuple[str, ...] = ()
    """The command; default: the image's entry point."""
    args: tuple[str, ...] = ()
    """Arguments; Airflow replaces templates such as ``{{ ds }}``."""
    env: Env = {}
    """Environment variables; the value of ``${secret/key}`` comes from a declared secret, Airflow
    replaces ``{{ ds }}``."""
    resources: Resources = Resources()
    """Requests and limits of the pod. The default limit of ephemeral storage is 512Mi more than
    ``scratch``."""
    user: User | None = None
    """The user and the group that the image runs as; default: as in the pipeline's defaults."""
    scratch: Scratch | None = None
    """How much it may write; default: as in the pipeline's defaults."""
    writable: tuple[WritablePath, ...] = ()
    """Folders beside ``/tmp`` that the image writes to; they are empty at the start. All other
    folders are read-only."""
    depends_on: tuple[Dependency, ...] = ()
    """The services its pod connects to."""
    node_selector: Labels = {}
    """Labels that a node must have to run its pod; default: as in the pipeline's defaults."""
    tolerations: tuple[Annotated[Toleration, Lazily("platc_spec.service", "Toleration")], ...] = ()
    """Taints of nodes that its pod tolerates, beside those of the pipeline's defaults."""
    spark: Annotated[Spark, Lazily("platc_spec.spark", "Spark")] | None = None
    """The executors that it starts, if it is a program of Spark that runs on Kubernetes; without
    it, the program runs in this pod alone (``local[2]``)."""
    retries: Annotated[int, Field(ge=0, le=100, strict=True)] | None = None
    """The number of retries; default: as in the pipeline's defaults."""
    timeout: Duration | None = None
    """The time limit of a try; default: as in the pipeline's defaults."""
    pool: str | None = None
    """The Airflow pool whose slots it takes."""
    description: str | None = None
    """Its description."""

    @model_validator(mode="after")
    def _pod_of_an_image(self) -> Self:
        alone = [
            key
            for key in (
                "name", "user", "scratch", "writable", "spark", "node_selector", "tolerations"
            )
            if getattr(self, key)
        ]  # fmt: skip
        if self.image is None and alone:
            raise ValueError(
                f"{', '.join(alone)}: only a task with an image has a pod of its own to say this of"
            )
        if len(set(self.writable)) < len(self.writable):
            raise ValueError("writable names a folder twice")
        return self


class Pipeline(Model):
    """A DAG: its schedule and its tasks."""

    runs_on: Annotated[ServiceName, Refers("service", kinds=("airflow",))]
    """The service that runs it, of kind ``airflow``."""
    description: str = ""
    """Its description."""
    schedule: Cron | None = None
    """The schedule, in UTC; without it, only runs by hand. A run belongs to the interval that ends
    then: its ``ds`` is the first day of the interval, in every release of Airflow."""
    start: date
    """The first day of its first interval."""
    catchup: bool = False
    """Whether the missed intervals since ``start`` are run."""
    paused: bool = True
    """Whether Airflow first waits until somebody unpauses it; ``false`` begins with the interval
    that has just ended. It has an effect only when Airflow first reads the DAG; later, Airflow's
    database decides."""
    max_active_runs: Annotated[int, Field(ge=1, le=1000, strict=True)] = 1
    """The maximum of simultaneous runs."""
    max_active_tasks: Annotated[int, Field(ge=1, le=1000, strict=True)] | None = None
    """The maximum of simultaneous tasks."""
    tags: tuple[str, ...] = ()
    """Tags in Airflow's user interface."""
    defaults: TaskDefaults = TaskDefaults()
    """The defaults of all tasks."""
    tasks: Annotated[dict[Identifier, Task], Field(min_length=1)]
    """The tasks, by their ids."""
