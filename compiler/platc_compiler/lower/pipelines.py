"""Lowering of ``pipelines``: tasks, their pods, and the connections of these pods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from platc_compiler.diagnostics import Origin
from platc_compiler.ir.labels import COMPONENT, INSTANCE, MANAGED_BY, MANAGER, NAME, PART_OF, Labels
from platc_compiler.ir.network import Edge, Link, Pods
from platc_compiler.ir.pipelines import PIPELINE, TASK, Pipeline, Runner, Task
from platc_compiler.ir.platform import Fragment
from platc_compiler.ir.pods import Container, EmptyDir, Mount, Pod, Resources, Volume
from platc_compiler.ir.workloads import Rights
from platc_compiler.lower import spark
from platc_compiler.lower.dependencies import dependency_links
from platc_compiler.lower.pod_settings import tolerations
from platc_compiler.lower.resources import sized, stated_resources
from platc_compiler.lower.secret_keys import environment_variables
from platc_compiler.templating.templates import Templates
from platc_spec import pipelines as language
from platc_spec.platform import Spec

if TYPE_CHECKING:
    from platc_spec.images import Images

_DEFAULT = sized(memory=256, cpu=100, most_cpu=500)
_DRIVER = sized(memory=1024, cpu=500, most_cpu=1000)
"""Of a driver of Spark: half of it is heap."""
_VOLUME = "scratch"
_TMP = "/tmp"  # noqa: S108 - in a pod
_SCRATCH = 512 << 20
_BESIDE_SCRATCH = 512 << 20
"""Bytes of local disk for the log of a task; it can write nothing else beside its scratch."""


def lower_pipelines(
    spec: Spec, runners: tuple[Runner, ...], templates: Templates
) -> tuple[tuple[Pipeline, ...], Fragment, tuple[Pods, ...]]:
    """Return the pipelines, the links of their tasks, and the groups of pods that they start."""
    by_service = {runner.service: runner for runner in runners}
    pipelines = tuple(
        _pipeline(name, stated, by_service[stated.runs_on], spec, templates)
        for name, stated in sorted(spec.pipelines.items())
    )
    pods: list[Pods] = []
    links: list[Link] = []
    edges: list[Edge] = []
    rights: dict[str, Rights] = {}
    for pipeline in pipelines:
        stated = spec.pipelines[pipeline.name]
        for task in pipeline.tasks:
            source = task_endpoint(pipeline, task)
            if task.pod is not None:
                pods.append(source)
            place = (*task.origin, "depends_on")
            links += dependency_links(stated.tasks[task.name].depends_on, source, place)
            site = _spark(pipeline.name, task.name, stated.tasks[task.name], pipeline.runner)
            if site is not None:
                pods.append(spark.executor_pods(site))
                links += spark.links(site)
                edges += spark.edges(site, source)
                rights[pipeline.runner.service] = spark.rights(pipeline.runner)
    workers = [Pods(f"{r.service}-worker", r.namespace, r.worker_labels) for r in runners]
    by_hand = [runner.started for runner in runners if runner.started is not None]
    fragment = Fragment(links=tuple(links), edges=tuple(edges), rights=tuple(rights.values()))
    return pipelines, fragment, (*workers, *pods, *by_hand)


def _spark(
    pipeline: str, name: str, stated: language.Task, runner: Runner, labels: Labels = ()
) -> spark.Site | None:
    """Return a task of Spark in its pipeline, ``None`` for any other task."""
    if stated.spark is None:
        return None
    return spark.Site(
        pipeline=pipeline, task=name, stated=stated, spark=stated.spark, runner=runner,
        labels=labels, origin=("pipelines", pipeline, "tasks", name),
    )  # fmt: skip


def task_endpoint(pipeline: Pipeline, task: Task) -> Pods:
    """Return the pods of a task: its own, or the workers that run its function."""
    runner = pipeline.runner
    if task.pod is None:
        return Pods(f"{runner.service}-worker", runner.namespace, runner.worker_labels)
    return Pods(
        f"{pipeline.name}.{task.name}", runner.namespace, _selector(pipeline.name, task.name)
    )


def _selector(pipeline: str, task: str) -> Labels:
    return (
        (COMPONENT, "task"),
        (PIPELINE, pipeline),
        (TASK, task),
    )


def _labels(pipeline: str, task: str, runner: Runner, platform: str) -> Labels:
    """Return the labels of the pods of a task: the recommended ones and those that select them.

    No workload creates these pods, so that nothing else adds the recommended labels.
    """
    application = dict(runner.worker_labels).get(NAME, runner.service)
    recommended = (
        (INSTANCE, runner.service),
        (MANAGED_BY, MANAGER),
        (NAME, application),
        (PART_OF, platform),
    )
    return tuple(sorted((*recommended, *_selector(pipeline, task))))


def _pipeline(
    name: str, stated: language.Pipeline, runner: Runner, spec: Spec, templates: Templates
) -> Pipeline:
    place: Origin = ("pipelines", name)
    defaults = stated.defaults
    return Pipeline(
        name=name, runner=runner, description=stated.description, schedule=stated.schedule,
        start=stated.start, catchup=stated.catchup, paused=stated.paused,
        max_active_runs=stated.max_active_runs,
        max_active_tasks=stated.max_active_tasks, tags=stated.tags, owner=defaults.owner,
        depends_on_past=defaults.depends_on_past, retries=defaults.retries,
        retry_delay=defaults.retry_delay, timeout=defaults.timeout, email=defaults.email,
        email_on_failure=defaults.email_on_failure, email_on_retry=defaults.email_on_retry,
        tasks=tuple(
            _of_spark(
                _pulling(
                    _task(
                        key, task, defaults, _labels(name, key, runner, spec.platform),
                        (*place, "tasks", key),
                    ),
                    runner, spec.images,
                ),
                _spark(name, key, task, runner, _labels(name, key, runner, spec.platform)),
                templates,
            )
            for key, task in stated.tasks.items()
        ),
        origin=place,
    )  # fmt: skip


def _task(
    name: str, stated: language.Task, defaults: language.TaskDefaults, labels: Labels, place: Origin
) -> Task:
    return Task(
        name=name, after=stated.after, python=stated.python, pool=stated.pool,
        retries=stated.retries,
        timeout=stated.timeout, description=stated.description, origin=place,
        env=environment_variables(stated.env, (*place, "env")),
        pod=_pod(stated, defaults, labels, place) if stated.image else None,
        pod_name=stated.name or name.lower().replace("_", "-").strip("-"),
    )  # fmt: skip


def _pulling(task: Task, runner: Runner, images: Images | None) -> Task:
    """Return a task whose pod pulls where all do, with the secrets of its orchestrator."""
    if task.pod is None:
        return task
    pod = replace(task.pod, pull_secrets=runner.worker.pull_secrets)
    if images is not None:
        from platc_compiler.lower.images import with_all_pulled

        pod = with_all_pulled(pod, images)
    return replace(task, pod=pod)


def _of_spark(task: Task, site: spark.Site | None, templates: Templates) -> Task:
    """Return a task with its executors, if it is one of Spark."""
    if site is None or task.pod is None:
        return task
    started = spark.executors(site, task.pod)
    limits = task.pod.containers[0].resources.limits
    return replace(
        task, pod=spark.driver(site, task.pod), executors=started,
        configs=(spark.config(site, started, limits, templates),),
    )  # fmt: skip


def _pod(
    stated: language.Task, defaults: language.TaskDefaults, labels: Labels, place: Origin
) -> Pod:
    user, scratch = stated.user or defaults.user, _scratch(stated, defaults)
    container = Container(
        name="base", image=stated.image or "", command=stated.command, args=stated.args,
        env=environment_variables(stated.env, (*place, "env")),
        mounts=_mounts(stated.writable), origin=place,
        resources=stated_resources(
            stated.resources, _default(scratch, _DRIVER if stated.spark else _DEFAULT),
            (*place, "resources"),
        ),
    )  # fmt: skip
    return Pod(
        containers=(container,), volumes=(Volume(_VOLUME, EmptyDir(size=scratch)),),
        user=user, group=user, fs_group=user, restart="Never", labels=labels,
        node_selector=tuple(sorted((stated.node_selector or defaults.node_selector).items())),
        tolerations=tolerations((*defaults.tolerations, *stated.tolerations)),
    )  # fmt: skip


def _scratch(stated: language.Task, defaults: language.TaskDefaults) -> int:
    """Return how much a task can write, in bytes; a default falls to half of a stated limit."""
    wanted, limit = stated.scratch or defaults.scratch, stated.resources.limits.ephemeral_storage
    return wanted or min(_SCRATCH, _SCRATCH if limit is None else limit // 2)


def _default(scratch: int, default: Resources) -> Resources:
    limits = replace(default.limits, ephemeral_storage=scratch + _BESIDE_SCRATCH)
    return replace(default, limits=limits)


def _mounts(writable: tuple[str, ...]) -> tuple[Mount, ...]:
    """Return the writable folders of a task: folders of one volume, which share its size."""
    if not writable:
        return (Mount(_VOLUME, _TMP),)
    return tuple(Mount(_VOLUME, path, sub_path=path[1:]) for path in (_TMP, *writable))
