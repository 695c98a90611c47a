"""Pipelines and the orchestrators that run them."""

from __future__ import annotations

from datetime import date, timedelta

from msgspec import Struct

from platc_compiler.diagnostics import Origin
from platc_compiler.ir.labels import Labels
from platc_compiler.ir.network import Pods
from platc_compiler.ir.pods import Env, Pod
from platc_compiler.ir.workloads import Config

PIPELINE = "platc.dev/pipeline"
"""The label of all pods that a pipeline's tasks start."""
TASK = "platc.dev/task"
"""The label that tells the pods of one task of a pipeline from those of another."""


class Runner(Struct, frozen=True, kw_only=True):
    """An orchestrator: what pipelines need to know of it."""

    service: str
    namespace: str
    version: str
    worker: Pod
    """The pod in which the executor runs every task, beside any pod that the task itself starts."""
    worker_labels: Labels
    """The labels that select worker pods."""
    parallelism: int
    """How many tasks may run at once, over all pipelines."""
    active_tasks: int
    """How many tasks of one pipeline may run at once, unless the pipeline states a number."""
    pools: tuple[tuple[str, int], ...] = ()
    """Slots by pool."""
    started: Pods | None = None
    """The pods that tasks of DAGs written by hand start."""
    other_dags: bool = False
    """Whether it may also run DAGs that are no pipelines of platform.yaml."""
    origin: Origin


class Executors(Struct, frozen=True, kw_only=True):
    """The pods that the pod of a task starts itself."""

    pod: Pod
    count: int
    """How many there are at once."""
    template: str
    """The path of the file of their template."""


class Task(Struct, frozen=True, kw_only=True):
    """A task; it runs a Python function in its worker pod, or an image in a pod of its own."""

    name: str
    after: tuple[str, ...] = ()
    pod: Pod | None = None
    """The pod it starts."""
    pod_name: str = ""
    """What the name of that pod begins with."""
    executors: Executors | None = None
    """The pods that this pod starts."""
    configs: tuple[Config, ...] = ()
    """The ConfigMaps that its pod reads."""
    python: str | None = None
    """``package.module:function``."""
    env: tuple[Env, ...] = ()
    retries: int | None = None
    timeout: timedelta | None = None
    pool: str | None = None
    description: str | None = None
    origin: Origin

    @property
    def pods(self) -> tuple[Pod, ...]:
        """The templates of the pods that it starts: its own, and that of its executors."""
        own = () if self.pod is None else (self.pod,)
        return own if self.executors is None else (*own, self.executors.pod)


class Pipeline(Struct, frozen=True, kw_only=True):
    """A DAG."""

    name: str
    runner: Runner
    description: str
    schedule: str | None
    start: date
    catchup: bool
    paused: bool = True
    """Whether it starts paused."""
    max_active_runs: int
    max_active_tasks: int | None
    tags: tuple[str, ...]
    owner: str
    depends_on_past: bool
    retries: int
    retry_delay: timedelta | None
    timeout: timedelta | None
    email: tuple[str, ...]
    email_on_failure: bool
    email_on_retry: bool
    tasks: tuple[Task, ...]
    origin: Origin
