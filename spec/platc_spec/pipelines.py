"""Pipelines: DAGs of tasks that run on an orchestrator."""

from datetime import date
from posixpath import normpath
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from platc_spec.base import (
    Cron,
    Duration,
    Env,
    Identifier,
    Image,
    Memory,
    Model,
    Name,
    Refers,
    Resources,
    ServiceName,
)
from platc_spec.service import Dependency

_TMP = "/tmp"  # noqa: S108 - in a pod

User = Annotated[int, Field(ge=1, le=2**31 - 1, strict=True)]
"""A user's number; that of root is not to be had."""

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
"""A name that leaves room for what makes a pod's name unique, in 63 characters.

Source: ``add_unique_suffix`` in kubernetes_helper_functions.py of
apache-airflow-providers-cncf-kubernetes, which adds 9 of them."""

WritablePath = Annotated[
    str, Field(pattern=r"^/[^:\x00-\x1f]*$", max_length=1024), AfterValidator(_writable)
]
"""A folder that an image writes to."""


class TaskDefaults(Model):
    """What holds for every task unless it says otherwise (Airflow's ``default_args``)."""

    owner: str = "platform"
    """Who answers for it."""
    depends_on_past: bool = False
    """A task waits for its own run of the previous interval."""
    retries: Annotated[int, Field(ge=0, le=100, strict=True)] = 0
    """How often a failed task is tried again."""
    retry_delay: Duration | None = None
    """How long it waits before that."""
    timeout: Duration | None = None
    """How long a try may take (``execution_timeout``)."""
    email: tuple[str, ...] = ()
    """Who gets mail."""
    email_on_failure: bool = False
    """Mail when a task has failed."""
    email_on_retry: bool = False
    """Mail when a task is tried again."""
    user: User = 65532
    """The user, and the group, that images run as. Some want one that their ``/etc/passwd`` knows,
    Spark and Hadoop among them: 185 in Spark's own image."""
    scratch: Scratch | None = None
    """How much the pod of a task may write, to ``/tmp`` and its ``writable`` folders together; left
    out, 512Mi, or half of a smaller limit of its ephemeral storage."""


class Task(Model):
    """A step: a container image, or a Python function beside the generated DAG."""

    after: tuple[Identifier, ...] = ()
    """The tasks that must have succeeded before."""
    image: Image | None = None
    """The image that a pod of its own runs, with its tag."""
    name: PodName | None = None
    """What the name of its pod begins with, before some characters that Airflow adds; left out, the
    task's id."""
    python: (
        Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_.]*:[A-Za-z_][A-Za-z0-9_]*$")] | None
    ) = None
    """A Python function in the DAG folder, written ``package.module:function``."""
    command: tuple[str, ...] = ()
    """Another entry point than the image's own."""
    args: tuple[str, ...] = ()
    """Arguments; templates such as ``{{ ds }}`` are filled in by Airflow."""
    env: Env = {}
    """Environment; ``${secret/key}`` is taken from a declared secret, ``{{ ds }}`` by Airflow."""
    resources: Resources = Resources()
    """Requests and limits of the pod. The limit of ephemeral storage, left out, is 512Mi more than
    ``scratch``."""
    user: User | None = None
    """The user, and the group, that the image runs as, if not as the pipeline's defaults say."""
    scratch: Scratch | None = None
    """How much it may write, if not as the pipeline's defaults say."""
    writable: tuple[WritablePath, ...] = ()
    """Folders beside ``/tmp`` that the image writes to; they are empty at the start. All else is
    read-only."""
    depends_on: tuple[Dependency, ...] = ()
    """The services its pod connects to."""
    retries: Annotated[int, Field(ge=0, le=100, strict=True)] | None = None
    """How often it is tried again, if not as the pipeline's defaults say."""
    timeout: Duration | None = None
    """How long a try may take, if not as the pipeline's defaults say."""
    pool: str | None = None
    """The Airflow pool whose slots it takes."""
    description: str | None = None
    """What it does."""

    @model_validator(mode="after")
    def _pod_of_an_image(self) -> Self:
        alone = [key for key in ("name", "user", "scratch", "writable") if getattr(self, key)]
        if self.image is None and alone:
            raise ValueError(
                f"{', '.join(alone)}: only a task with an image has a pod of its own to say this of"
            )
        if len(set(self.writable)) < len(self.writable):
            raise ValueError("writable names a folder twice")
        return self


class Pipeline(Model):
    """A DAG: when it runs, and its tasks."""

    runs_on: Annotated[ServiceName, Refers("service", kinds=("airflow",))]
    """The service that runs it, of kind ``airflow``."""
    description: str = ""
    """What it is for."""
    schedule: Cron | None = None
    """When it runs, in UTC; left out, only by hand. A run is of the interval that ends then: its
    ``ds`` is the day on which that began, in every release of Airflow."""
    start: date
    """The first day of its first interval."""
    catchup: bool = False
    """Whether intervals missed since ``start`` are run."""
    paused: bool = True
    """Whether it waits, when Airflow first sees it, until somebody unpauses it; ``false`` begins
    with the interval that has just ended. Whether it is paused later, Airflow's database knows."""
    max_active_runs: Annotated[int, Field(ge=1, le=1000, strict=True)] = 1
    """How many of its runs may go on at once."""
    max_active_tasks: Annotated[int, Field(ge=1, le=1000, strict=True)] | None = None
    """How many of its tasks may run at once."""
    tags: tuple[str, ...] = ()
    """Tags in Airflow's user interface."""
    defaults: TaskDefaults = TaskDefaults()
    """What holds for every task."""
    tasks: Annotated[dict[Identifier, Task], Field(min_length=1)]
    """The tasks, by their ids."""
