"""Lowering of ``spark``: the executors of a task, and what its driver reads and may do.

The driver runs in the pod of the task (client mode). It reads ``spark-defaults.conf`` in the folder
that ``SPARK_CONF_DIR`` names, starts the executors itself and watches them. Memory outside of the
heap is always stated: the factors that Spark multiplies the heap by differ by release and mode.

Source: Spark 4.3.0 and 3.5 in resource-managers/kubernetes/core: BasicExecutorFeatureStep.scala
(requests and the memory limit are heap and overhead, ports), LocalDirsFeatureStep.scala (mounts
that are named ``spark-local-dir-…`` hold shuffle files), ExecutorPodsAllocator.scala (owner);
docs/running-on-kubernetes.md, "Client Mode".
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from platc_compiler.diagnostics import Origin
from platc_compiler.ir.labels import COMPONENT, Labels
from platc_compiler.ir.network import ApiServer, Edge, Link, Pods
from platc_compiler.ir.pipelines import PIPELINE, TASK, Executors, Runner
from platc_compiler.ir.pods import (
    Amounts,
    ConfigFiles,
    Container,
    EmptyDir,
    Env,
    FieldRef,
    Mount,
    Pod,
    Resources,
    Volume,
)
from platc_compiler.ir.workloads import Artefact, Config, Rights, Rule
from platc_compiler.lower.dependencies import dependency_links
from platc_compiler.lower.resources import EPHEMERAL_REQUEST
from platc_compiler.templating.templates import Templates
from platc_spec import pipelines as language
from platc_spec.spark import Spark

EXECUTOR = "executor"
MASTER = "k8s://https://kubernetes.default.svc:443"
DRIVER_PORT, BLOCK_PORT = 7078, 7079
"""``spark.driver.port``, and the port from which drivers and executors serve blocks."""

_FOLDER = "/etc/spark"
_SETTINGS, _TEMPLATE = "spark-defaults.conf", "executor.yaml"
_VOLUME = "spark-settings"
_LOCAL = "spark-local-dir-1"
_LOCAL_PATH = "/var/data/spark-local"
_HOST, _POD = "SPARK_DRIVER_HOST", "SPARK_DRIVER_POD"
_MIB = 1 << 20
_LEAST_OVERHEAD = 384
_SHARES = {"jvm": 10, "python": 40}
"""Percent of the heap that are needed outside of it (``spark.executor.memoryOverheadFactor``, and
``spark.kubernetes.memoryOverheadFactor`` for programs that are not written for the JVM)."""

_RULES = (
    Rule(
        ("",),
        ("pods",),
        ("create", "delete", "deletecollection", "get", "list", "patch", "watch"),
    ),
)
"""What the driver does with its executors. It makes no ConfigMap, Service or claim for them."""


class Site(Struct, frozen=True, kw_only=True):
    """A task of Spark in its pipeline."""

    pipeline: str
    task: str
    stated: language.Task
    spark: Spark
    runner: Runner
    labels: Labels
    """The labels of the pods of the task."""
    origin: Origin


def overhead(spark: Spark) -> int:
    """Return the memory of an executor outside of its heap, in MiB."""
    if spark.overhead is not None:
        return _mib(spark.overhead)
    return max(_LEAST_OVERHEAD, _mib(spark.memory) * _SHARES[spark.language] // 100)


def driver_heap(spark: Spark, limit: int) -> int:
    """Return the heap of a driver in MiB: what its memory limit leaves beside the overhead."""
    whole, share = limit // _MIB, _SHARES[spark.language]
    return whole - max(_LEAST_OVERHEAD, whole * share // (100 + share))


def _mib(size: int) -> int:
    return -(-size // _MIB)


def driver(site: Site, pod: Pod) -> Pod:
    """Return the pod of a task with what its driver needs beside its own."""
    container = pod.containers[0]
    variables = (
        Env("SPARK_CONF_DIR", _FOLDER),
        Env(_HOST, FieldRef("status.podIP")),
        Env(_POD, FieldRef("metadata.name")),
    )
    return replace(
        pod,
        containers=(
            replace(
                container, env=(*container.env, *variables),
                mounts=(*container.mounts, Mount(_VOLUME, _FOLDER)),
            ),
        ),
        volumes=(*pod.volumes, Volume(_VOLUME, ConfigFiles(_config_name(site)))),
        token=True, service_account=account(site.runner),
    )  # fmt: skip


def account(runner: Runner) -> str:
    """Return the service account of the drivers of a runner's tasks."""
    return f"{runner.service}-spark"


def rights(runner: Runner) -> Rights:
    """Return what drivers may do: nobody but they may start pods from a task's pod."""
    return Rights(
        account=account(runner), namespace=runner.namespace, rules=_RULES, mounted=True,
        origin=runner.origin,
    )  # fmt: skip


def executors(site: Site, pod: Pod) -> Executors:
    """Return the executors of a task; ``pod`` is its pod without what only the driver needs."""
    name = f"pod-templates/{site.pipeline}.{site.task}.yaml"
    return Executors(pod=_executor(site, pod), count=site.spark.executors, template=name)


def _executor(site: Site, pod: Pod) -> Pod:
    container = pod.containers[0]
    size = sum(v.source.size for v in pod.volumes if isinstance(v.source, EmptyDir))
    return replace(
        pod,
        containers=(
            Container(
                name=EXECUTOR, image=container.image, origin=container.origin,
                mounts=(*container.mounts, Mount(_LOCAL, _LOCAL_PATH)),
                # Airflow fills in its templates for the pod that it starts itself.
                env=tuple(
                    variable for variable in container.env
                    if not (isinstance(variable.value, str) and "{{" in variable.value)
                ),
                resources=_resources(site, container.resources.limits, size),
            ),
        ),
        volumes=(*pod.volumes, Volume(_LOCAL, EmptyDir(size=size))),
        labels=tuple(sorted({**dict(site.labels), COMPONENT: EXECUTOR}.items())),
        service_account=f"{site.runner.service}-task",
    )  # fmt: skip


def _resources(site: Site, of_task: Amounts, shuffled: int) -> Resources:
    """Return what an executor asks for; it may write shuffle files beside what the task may."""
    spark = site.spark
    disk = None if of_task.ephemeral_storage is None else of_task.ephemeral_storage + shuffled
    memory = (_mib(spark.memory) + overhead(spark)) * _MIB
    cpu = spark.cores * 1000
    return Resources(
        requests=Amounts(
            cpu=min(spark.cpu or cpu, cpu), memory=memory,
            ephemeral_storage=EPHEMERAL_REQUEST if disk is None else min(EPHEMERAL_REQUEST, disk),
        ),
        limits=Amounts(cpu=cpu, memory=memory, ephemeral_storage=disk),
        origin=(*site.origin, "spark"),
    )  # fmt: skip


def config(site: Site, started: Executors, limits: Amounts, templates: Templates) -> Config:
    """Return the ConfigMap of a driver: its settings, and the template of its executors."""
    text = templates.text("spark/spark-defaults.properties.j2", settings=[
        (key, _escaped(value)) for key, value in _settings(site, started, limits)
    ])  # fmt: skip
    return Config(_config_name(site), ((_SETTINGS, text), (_TEMPLATE, Artefact(started.template))))


def _config_name(site: Site) -> str:
    # A pipeline and a task may have names of 120 characters, of which a name keeps the case apart.
    words = f"{site.pipeline}.{site.task}".lower().replace("_", "-")
    return f"{words.strip('-').replace('-.', '.').replace('.-', '.')}-spark"


def _settings(site: Site, started: Executors, limits: Amounts) -> Iterator[tuple[str, str]]:
    spark = site.spark
    container = started.pod.containers[0]
    cpu = container.resources.requests.cpu or 0
    yield "spark.master", MASTER
    yield "spark.submit.deployMode", "client"
    yield "spark.kubernetes.namespace", site.runner.namespace
    yield "spark.kubernetes.container.image", container.image
    # The executors belong to the pod of the driver: with it they are deleted.
    yield "spark.kubernetes.driver.pod.name", f"${{env:{_POD}}}"
    yield "spark.driver.host", f"${{env:{_HOST}}}"
    yield "spark.driver.port", str(DRIVER_PORT)
    yield "spark.driver.blockManager.port", str(BLOCK_PORT)
    yield "spark.blockManager.port", str(BLOCK_PORT)
    if limits.memory is not None:
        yield "spark.driver.memory", f"{driver_heap(spark, limits.memory)}m"
    yield "spark.dynamicAllocation.enabled", "false"
    yield "spark.executor.instances", str(spark.executors)
    yield "spark.executor.cores", str(spark.cores)
    yield "spark.executor.memory", f"{_mib(spark.memory)}m"
    yield "spark.executor.memoryOverhead", f"{overhead(spark)}m"
    yield "spark.kubernetes.executor.request.cores", f"{cpu}m"
    yield "spark.kubernetes.executor.limit.cores", str(spark.cores)
    yield "spark.kubernetes.executor.disableConfigMap", "true"
    # It would look for claims and Services of its own, and has none in this mode.
    yield "spark.kubernetes.driver.ownPersistentVolumeClaim", "false"
    yield "spark.kubernetes.driver.reusePersistentVolumeClaim", "false"
    yield "spark.kubernetes.driver.service.deleteOnTermination", "false"
    yield "spark.kubernetes.executor.podTemplateFile", f"{_FOLDER}/{_TEMPLATE}"
    yield "spark.kubernetes.executor.podTemplateContainerName", EXECUTOR
    yield (
        "spark.kubernetes.authenticate.executor.serviceAccountName",
        started.pod.service_account or "",
    )
    yield from sorted(spark.config.items())


def _escaped(value: str) -> str:
    """Return a value as java.util.Properties reads it back."""
    text = value.replace("\\", "\\\\")
    return f"\\{text}" if text.startswith(" ") else text


def executor_pods(site: Site) -> Pods:
    """Return the executors of a task as an end of connections."""
    labels = ((COMPONENT, EXECUTOR), (PIPELINE, site.pipeline), (TASK, site.task))
    return Pods(f"{site.pipeline}.{site.task}.executors", site.runner.namespace, labels)


def edges(site: Site, driving: Pods) -> tuple[Edge, ...]:
    """Return the connections of a driver and its executors.

    Executors ask the driver for work; both serve blocks to each other: results, broadcasts,
    shuffles.
    """
    working, place = executor_pods(site), (*site.origin, "spark")
    return (
        Edge(driving, ApiServer(), 443, "TCP", "starts executors", place),
        Edge(working, driving, DRIVER_PORT, "TCP", "reports to its driver", place),
        Edge(working, driving, BLOCK_PORT, "TCP", "blocks of the driver", place),
        Edge(driving, working, BLOCK_PORT, "TCP", "blocks of executors", place),
        Edge(working, working, BLOCK_PORT, "TCP", "shuffle", place),
    )


def links(site: Site) -> tuple[Link, ...]:
    """Return the connections of executors to services: they do the work of the task."""
    return dependency_links(
        site.stated.depends_on, executor_pods(site), (*site.origin, "depends_on")
    )
