"""Lowering of ``spark``: a standalone master and its workers.

Sources, Spark 4.x: docs/spark-standalone.md and monitoring.md; core/.../deploy/master/Master.scala
and worker/Worker.scala (``preferConfiguredMasterAddress``; both ends connect to each other),
metrics/sink/PrometheusServlet.scala (the path ends with a slash); the Dockerfile of apache/spark.
"""

from __future__ import annotations

from msgspec.structs import replace

from platc_compiler.ir.labels import selector_labels
from platc_compiler.ir.network import Edge, Pods
from platc_compiler.ir.observability import Alert, Exporter, RuleTest
from platc_compiler.ir.platform import Fragment
from platc_compiler.ir.pods import (
    ConfigFiles,
    Container,
    EmptyDir,
    Env,
    FieldRef,
    Heap,
    HttpGet,
    Mount,
    Pod,
    Port,
    Probe,
    Resources,
    Volume,
)
from platc_compiler.ir.workloads import Config, Deployment, Scrape, Workload
from platc_compiler.lower.dependencies import dependency_links
from platc_compiler.lower.facts import Executors
from platc_compiler.lower.kind import Context, Kind, Offering
from platc_compiler.lower.origins import service_origin
from platc_compiler.lower.owner import Owner
from platc_compiler.lower.ports import exposure, port_offers, service_host
from platc_compiler.lower.resources import sized, stated_resources
from platc_compiler.lower.secret_keys import environment_variables
from platc_spec.kinds import spark as spec

_MASTER, _MASTER_WEB = Port("master", 7077), Port("web", 8080)
_WORKER, _WORKER_WEB = Port("worker", 7078), Port("web", 8081)
_DRIVER, _DRIVER_BLOCKS, _BLOCKS, _RETRIES = 7079, 7080, 7090, 9
_METRICS = "/metrics/prometheus/"
_HOME = "/opt/spark"
_CONF, _TMP, _WORK = "/etc/spark", "/tmp", "/work"  # noqa: S108 - in a pod
_SCRATCH = "/scratch"
"""Where executors write what they shuffle; not below ``_WORK``, where the worker removes what no
application owns."""
_USER = 185
_DAEMON = 256 << 20
"""The heap of a master or of a worker's own process (``SPARK_DAEMON_MEMORY``)."""
_BESIDE = 192 << 20
"""Bytes that such a process needs beside its heap: docs/memory.md has what was measured."""
_LEAST_OVERHEAD, _OVERHEAD = 384 << 20, 10
"""What an executor needs beside its heap: bytes at the least, and percent of the heap. A standalone
worker does not count it (``MEMORY_OVERHEAD_MIN`` and ``…_FACTOR`` of ResourceProfile.scala)."""
_DEFAULT_SCRATCH = _BESIDE_SCRATCH = 1 << 30
"""Bytes for what executors shuffle, and for logs, jars and temporary files beside it."""
_MASTER_SIZE = sized(memory=384, cpu=50, most_memory=512, most_cpu=500)
_WORKER_SIZE = sized(memory=1536, cpu=250, most_memory=2048, most_cpu=1000)


def offer(name: str, _service: spec.SparkCluster, namespace: str) -> Offering:
    """Offer the port of the master, and say how executors reach a driver."""
    master = _pods(name, namespace, "master")
    return Offering(
        port_offers(name, service_host(name, namespace), master, (_MASTER, _MASTER_WEB)),
        executors=Executors(
            pods=_pods(name, namespace, "worker"), to=(_DRIVER, _DRIVER_BLOCKS),
            back=(_BLOCKS, _BLOCKS + _RETRIES),
        ),
    )  # fmt: skip


def _pods(name: str, namespace: str, component: str) -> Pods:
    workload = name if component == "master" else f"{name}-{component}"
    return Pods(workload, namespace, selector_labels("spark", name, component))


def lower(name: str, service: spec.SparkCluster, context: Context) -> Fragment:
    """Return master and workers, the connections between them, and the alert on lost workers."""
    namespace, place = context.namespace(service), service_origin(name)
    master, workers = (_pods(name, namespace, part) for part in ("master", "worker"))
    links = (
        link
        for pods in (master, workers)
        for link in dependency_links(service.depends_on, pods, (*place, "depends_on"))
    )
    last = _BLOCKS + _RETRIES
    return Fragment(
        workloads=(_master(name, service, context), _workers(name, service, context)),
        links=tuple(links),
        edges=(
            Edge(workers, master, _MASTER.number, "TCP", "master", place),
            Edge(master, workers, _WORKER.number, "TCP", "workers", place),
            Edge(workers, workers, _BLOCKS, "TCP", "blocks", place, last),
        ),
        exporters=(
            Exporter(
                catalogue="spark", service=name, version="" if service.image else service.version
            ),
        ),
        alerts=_alerts(name, service),
    )


def _alerts(name: str, service: spec.SparkCluster) -> tuple[Alert, ...]:
    wanted = service.workers.replicas
    if not wanted:
        return ()
    series = f'metrics_master_aliveWorkers_Value{{job="{name}"}}'
    return (
        Owner(name, service_origin(name), name).alert(
            "SparkWorkersMissing", f"max({series}) < {wanted}", "warning",
            f"{name} lacks workers",
            f"The master knows {{{{ $value }}}} of {wanted} workers: look at their pods; the others"
            " do the work meanwhile.",
            RuleTest(((series, str(wanted - 1)),), ((series, str(wanted)),)), minutes=5,
        ),
    )  # fmt: skip


def _files(service: spec.SparkCluster, context: Context) -> tuple[tuple[str, str], ...]:
    """Return the files of the folder of settings."""
    generated = context.templates.data(
        "kinds/spark/defaults.yaml.j2",
        driver=_DRIVER, driver_blocks=_DRIVER_BLOCKS, blocks=_BLOCKS, retries=_RETRIES,
    )  # fmt: skip
    stated = sorted({**generated, **service.config}.items())
    return (
        ("metrics.properties", context.templates.text("kinds/spark/metrics.properties.j2")),
        (
            "spark-defaults.conf",
            "".join(f"{key} {_word(value)}\n" for key, value in stated if value is not None),
        ),
    )


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def heap_of_executors(service: spec.SparkCluster, resources: Resources) -> int:
    """Return the heap that the executors of a worker share, in MiB.

    Of the memory limit, the worker's own process and an executor's memory outside of its heap are
    taken off.
    """
    if service.workers.memory is not None:
        return service.workers.memory >> 20
    limit = resources.limits.memory or 2 << 30
    rest = limit - _DAEMON - _BESIDE
    heap = min(rest - _LEAST_OVERHEAD, rest * 100 // (100 + _OVERHEAD))
    return max(heap, 128 << 20) >> 20


def _master(name: str, service: spec.SparkCluster, context: Context) -> Workload:
    resources = stated_resources(
        service.master.resources, _MASTER_SIZE, service_origin(name, "master", "resources")
    )
    container = Container(
        name="master", image=_image(service),
        command=_command("master.Master"), env=_env(name, service),
        args=("--host", "$(POD_IP)", "--port", str(_MASTER.number),
              "--webui-port", str(_MASTER_WEB.number)),
        ports=(_MASTER, _MASTER_WEB), mounts=_mounts(), resources=resources,
        heap=Heap(size=_DAEMON, beside=_BESIDE),
        readiness=Probe(handler=HttpGet("/json/", _MASTER_WEB.number)),
        liveness=Probe(handler=HttpGet("/json/", _MASTER_WEB.number), period=20, failures=6),
        origin=service_origin(name),
    )  # fmt: skip
    # Two masters would each have their own workers.
    return _workload(name, name, "master", service, context, container, Deployment(alone=True))


def _scratch(stated: spec.SparkWorkers) -> int:
    """Return how much executors may write, in bytes; a default falls to half of a stated limit."""
    limit = stated.resources.limits.ephemeral_storage
    return stated.scratch or min(
        _DEFAULT_SCRATCH, _DEFAULT_SCRATCH if limit is None else limit // 2
    )


def _worker_size(scratch: int) -> Resources:
    """Return the default resources: the kubelet evicts a pod that writes more than its limit."""
    limits = replace(_WORKER_SIZE.limits, ephemeral_storage=scratch + _BESIDE_SCRATCH)
    return replace(_WORKER_SIZE, limits=limits)


def _workers(name: str, service: spec.SparkCluster, context: Context) -> Workload:
    stated = service.workers
    resources = stated_resources(
        stated.resources,
        _worker_size(_scratch(stated)),
        service_origin(name, "workers", "resources"),
    )
    heap = heap_of_executors(service, resources)
    overhead = max(_LEAST_OVERHEAD, (heap << 20) * _OVERHEAD // 100)
    url = f"spark://{service_host(name, context.namespace(service))}:{_MASTER.number}"
    container = Container(
        name="worker", image=_image(service), command=_command("worker.Worker"),
        args=("--host", "$(POD_IP)", "--port", str(_WORKER.number),
              "--webui-port", str(_WORKER_WEB.number), "--cores", str(stated.cores),
              "--memory", f"{heap}m", "--work-dir", _WORK, url),
        env=(
            *_env(name, service, Env("SPARK_LOCAL_DIRS", _SCRATCH)),
            *environment_variables(stated.env, service_origin(name, "workers", "env")),
        ),
        ports=(_WORKER, _WORKER_WEB),
        mounts=(*_mounts(), Mount("work", _WORK), Mount("scratch", _SCRATCH)), resources=resources,
        heap=Heap(size=_DAEMON + (heap << 20), beside=_BESIDE + overhead),
        readiness=Probe(handler=HttpGet("/json/", _WORKER_WEB.number)),
        liveness=Probe(handler=HttpGet("/json/", _WORKER_WEB.number), period=20, failures=6),
        origin=service_origin(name, "workers"),
    )  # fmt: skip
    return _workload(
        name, f"{name}-worker", "worker", service, context, container,
        Deployment(replicas=stated.replicas),
    )  # fmt: skip


def _workload(  # noqa: PLR0913, PLR0917 - the parts of a workload
    name: str,
    own: str,
    component: str,
    service: spec.SparkCluster,
    context: Context,
    container: Container,
    controller: Deployment,
) -> Workload:
    work = (
        (
            Volume("work", EmptyDir(size=512 << 20)),
            Volume("scratch", EmptyDir(size=_scratch(service.workers))),
        )
        if component == "worker"
        else ()
    )
    web = _MASTER_WEB if component == "master" else _WORKER_WEB
    return Workload(
        name=own, namespace=context.namespace(service), service=name, app="spark",
        component=component, version=service.version, controller=controller,
        pod=Pod(
            containers=(container,), user=_USER, group=_USER, fs_group=_USER, grace=60,
            volumes=(
                Volume("config", ConfigFiles(f"{own}-config")),
                Volume("tmp", EmptyDir(size=256 << 20)), *work,
            ),
        ),
        exposures=(exposure(name, (_MASTER, _MASTER_WEB)),) if component == "master" else (),
        configs=(Config(f"{own}-config", _files(service, context)),),
        scrape=Scrape(port=web.number, path=_METRICS), origin=service_origin(name),
    )  # fmt: skip


def _image(service: spec.SparkCluster) -> str:
    return service.image or f"docker.io/apache/spark:{service.version}"


def _command(program: str) -> tuple[str, ...]:
    return (f"{_HOME}/bin/spark-class", f"org.apache.spark.deploy.{program}")


def _env(name: str, service: spec.SparkCluster, *more: Env) -> tuple[Env, ...]:
    own = (
        Env("POD_IP", FieldRef("status.podIP")),
        Env("SPARK_CONF_DIR", _CONF),
        Env("SPARK_DAEMON_MEMORY", f"{_DAEMON >> 20}m"),
        *more,
    )
    stated = environment_variables(service.env, service_origin(name, "env"))
    names = {each.name for each in stated}
    return (*(each for each in own if each.name not in names), *stated)


def _mounts() -> tuple[Mount, ...]:
    return (Mount("config", _CONF, read_only=True), Mount("tmp", _TMP))


SPARK = Kind("spark", spec.SparkCluster, lower, offer)
