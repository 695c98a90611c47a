"""Pipelines: DAGs of tasks that run on an orchestrator."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from platc_spec.base import (
    Cron,
    Duration,
    Env,
    Identifier,
    Image,
    Model,
    Refers,
    Resources,
    ServiceName,
)
from platc_spec.service import Dependency


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


class Task(Model):
    """A step: a container image, or a Python function beside the generated DAG."""

    after: tuple[Identifier, ...] = ()
    """The tasks that must have succeeded before."""
    image: Image | None = None
    """The image that a pod of its own runs, with its tag."""
    python: Annotated[str, Field(pattern=r"^[A-Za-z_][\w.]*:[A-Za-z_]\w*$")] | None = None
    """A Python function in the DAG folder, written ``package.module:function``."""
    command: tuple[str, ...] = ()
    """Another entry point than the image's own."""
    args: tuple[str, ...] = ()
    """Arguments; templates such as ``{{ ds }}`` are filled in by Airflow."""
    env: Env = {}
    """Environment; ``${secret/key}`` is taken from a declared secret, ``{{ ds }}`` by Airflow."""
    resources: Resources = Resources()
    """Requests and limits of the pod."""
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


class Pipeline(Model):
    """A DAG: when it runs, and its tasks."""

    runs_on: Annotated[ServiceName, Refers("service", kinds=("airflow",))]
    """The service that runs it, of kind ``airflow``."""
    description: str = ""
    """What it is for."""
    schedule: Cron | None = None
    """When it runs, in UTC; left out, only by hand."""
    start: date
    """The first day of its first interval."""
    catchup: bool = False
    """Whether intervals missed since ``start`` are run."""
    paused: bool = False
    """Whether it waits, when Airflow first sees it, until somebody unpauses it; whether it is
    paused later, Airflow's database knows."""
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
