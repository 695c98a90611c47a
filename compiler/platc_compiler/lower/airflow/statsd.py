"""The exporter that turns Airflow's StatsD lines into Prometheus' metrics.

3.x sends ids as tags in the notation of InfluxDB, which the exporter turns into labels. 2.x puts
ids into the names; the mapping extracts them. Both generations have the same metrics and labels.
Source: ``metrics_template.yaml`` of 3.3.2, calls of ``Stats`` in 2.7.3, and both as recorded.
"""

from __future__ import annotations

import re

from platc_compiler.ir.pods import (
    ConfigFiles,
    Container,
    EmptyDir,
    HttpGet,
    Mount,
    Pod,
    Port,
    Probe,
    Volume,
)
from platc_compiler.ir.workloads import Config, Deployment, Scrape, Workload
from platc_compiler.lower.airflow.site import METRICS, STATSD, Site
from platc_compiler.lower.go_memory import memory_limit
from platc_compiler.lower.ports import exposure
from platc_compiler.lower.resources import sized, stated_resources
from platc_compiler.lower.secret_keys import environment_variables
from platc_compiler.source.emit import yaml_text
from platc_spec.kinds.airflow import STATSD_EXPORTER

COMPONENT = "statsd"
_FOLDER = "/etc/statsd-exporter"
_USER = 65_534
_DURATIONS = (10, 60, 300, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400)
"""Seconds that a task or a run may take: the bounds of the histograms."""
_TWINS = (
    "dag_processing.last_duration",
    "dag_processing.last_run.seconds_ago",
    "dagrun.dependency-check",
    "dagrun.duration.failed",
    "dagrun.duration.success",
    "dagrun.first_task_scheduling_delay",
    "dagrun.schedule_delay",
    "local_task_job.task_exit",
    "operator_failures",
    "operator_successes",
    "pool.deferred_slots",
    "pool.open_slots",
    "pool.queued_slots",
    "pool.running_slots",
    "pool.scheduled_slots",
    "pool.starving_tasks",
    "task.duration",
    "task.queued_duration",
    "task.scheduled_duration",
    "task_instance_created",
    "task_removed_from_dag",
    "task_restored_to_dag",
    "ti.finish",
    "ti.start",
    "triggerer.capacity_left",
    "triggers.running",
)
"""Metrics that 2.x also sends without the ids."""
_DEFAULT = sized(memory=48, cpu=20, most_memory=96, most_cpu=200)


def workload(site: Site) -> Workload:
    """Return the exporter. It has one pod, because several would split the counters."""
    name = f"{site.name}-{COMPONENT}"
    stated = site.service.statsd
    ports = (Port("statsd", STATSD, "UDP"), Port("metrics", METRICS))
    amounts = stated_resources(stated.resources, _DEFAULT, site.origin(COMPONENT, "resources"))
    container = Container(
        name="statsd-exporter", image=STATSD_EXPORTER, ports=ports,
        args=(
            f"--statsd.mapping-config={_FOLDER}/mapping.yaml", f"--statsd.listen-udp=:{STATSD}",
            "--statsd.listen-tcp=", f"--web.listen-address=:{METRICS}",
        ),
        env=(
            *(limit for limit in memory_limit(amounts) if limit.name not in stated.env),
            *environment_variables(stated.env, site.origin(COMPONENT, "env")),
        ),
        mounts=(Mount("mapping", _FOLDER, read_only=True), Mount("tmp", "/tmp")),  # noqa: S108
        resources=amounts,
        readiness=Probe(handler=HttpGet("/-/ready", METRICS)),
        liveness=Probe(handler=HttpGet("/-/healthy", METRICS), period=30),
        origin=site.origin(COMPONENT),
    )  # fmt: skip
    pod = Pod(
        containers=(container,), user=_USER, group=_USER, fs_group=_USER,
        volumes=(Volume("mapping", ConfigFiles(name)), Volume("tmp", EmptyDir(size=16 << 20))),
    )  # fmt: skip
    # Two would each count a part of what happens.
    return Workload(
        name=name, namespace=site.namespace, service=site.name, app="airflow", component=COMPONENT,
        controller=Deployment(replicas=min(stated.replicas, 1), alone=True), pod=pod,
        exposures=(exposure(name, ports),), scrape=Scrape(port=METRICS),
        configs=(Config(name, (("mapping.yaml", mapping(site)),)),), origin=site.origin(COMPONENT),
    )  # fmt: skip


def mapping(site: Site) -> str:
    """Return the exporter's mapping."""
    name = f"kinds/airflow/statsd-mapping-{site.service.generation}.yaml.j2"
    durations = {"buckets": list(_DURATIONS)}
    return yaml_text(
        site.context.templates.data(
            name, durations=durations, twins=[re.escape(name) for name in _TWINS]
        )
    )
