"""Lowering of ``prometheus``."""

from __future__ import annotations

import re

from platc_compiler.diagnostics import Origin
from platc_compiler.ir.labels import selector_labels
from platc_compiler.ir.network import ApiServer, Edge, Pods
from platc_compiler.ir.observability import (
    Asking,
    Exporter,
    Monitor,
    ScrapeJob,
    SeriesPlan,
    StaticTargets,
)
from platc_compiler.ir.platform import Fragment
from platc_compiler.ir.pods import (
    Claim,
    ConfigFiles,
    Container,
    HttpGet,
    Mount,
    Pod,
    Port,
    Probe,
    Resources,
    SecretKey,
    Volume,
)
from platc_compiler.ir.workloads import Artefact, Config, Deployment, Workload
from platc_compiler.lower.dependencies import dependency_links
from platc_compiler.lower.exporters import exporter
from platc_compiler.lower.facts import Monitoring
from platc_compiler.lower.go_memory import memory_limit
from platc_compiler.lower.kind import Context, Kind, Offering
from platc_compiler.lower.origins import service_origin
from platc_compiler.lower.paths import path_of
from platc_compiler.lower.ports import exposure, port_offers, service_host
from platc_compiler.lower.prometheus_alerts import prometheus_alerts
from platc_compiler.lower.resources import sized, stated_resources
from platc_compiler.lower.secret_keys import environment_variables
from platc_compiler.lower.secret_volumes import keys_of, secret_mounts, secret_volumes
from platc_compiler.servers.secret_files import FOLDERS, secret_files
from platc_spec.durations import duration_text
from platc_spec.kinds import prometheus as spec

_DEFAULT = sized(memory=768, cpu=250, most_memory=1536, most_cpu=1000)
_PORT = Port("http", 9090)
_NOBODY = 65534
_SHARE_OF_VOLUME = 80
"""Percent of the volume for blocks, when platform.yaml does not state a size. The write-ahead log
and the block that is being written need the rest."""
_RETENTION_IN_CONFIG = (3, 11)
"""The first version whose configuration has the retention; the flags are deprecated since then.
Source: prometheus/CHANGELOG.md, 3.11.0."""


def offer(name: str, service: spec.Prometheus, namespace: str) -> Offering:
    """Offer the HTTP API, and state that the service monitors."""
    ports = (_PORT, *_ports_of_thanos(service))
    return Offering(
        port_offers(name, service_host(name, namespace), _pods(name, namespace), ports),
        monitoring=Monitoring(service.scrape_interval),
        path=path_of(service.external_url),
    )


def lower(name: str, service: spec.Prometheus, context: Context) -> Fragment:
    """Return the server, its scrape job and its alerts; a pass adds its rights."""
    namespace = context.namespace(service)
    pods, place = _pods(name, namespace), service_origin(name)
    port = context.spec.cluster.api_server.port
    monitor = _monitor(name, service, context, pods)
    alone = Fragment(
        workloads=(_workload(name, service, namespace),),
        links=dependency_links(service.depends_on, pods, service_origin(name, "depends_on")),
        edges=(Edge(pods, ApiServer(), port, "TCP", "API server", place),),
        exporters=(exporter("prometheus", name, service), *_of_kubelets(service, context)),
        scrapes=(
            ScrapeJob(
                name=name, service=name, origin=place,
                path=f"{path_of(service.external_url)}/metrics",
                discovery=StaticTargets((f"localhost:{_PORT.number}",)),
            ),
        ),
        alerts=prometheus_alerts(name, service, context),
        monitors=(monitor,),
    )  # fmt: skip
    return _with_thanos(_with_remotes(alone, name, service, context), name, service)


def _with_remotes(
    alone: Fragment, name: str, service: spec.Prometheus, context: Context
) -> Fragment:
    if not service.remote_write and not service.federation:
        return alone
    from platc_compiler.lower.prometheus_remote import with_remotes

    return with_remotes(alone, name, service, context)


def _with_thanos(alone: Fragment, name: str, service: spec.Prometheus) -> Fragment:
    if service.thanos is None:
        return alone
    from platc_compiler.lower.thanos import with_sidecar

    url = f"http://localhost:{_PORT.number}{path_of(service.external_url)}"
    return with_sidecar(alone, name, service.thanos, url)


def _ports_of_thanos(service: spec.Prometheus) -> tuple[Port, ...]:
    if service.thanos is None:
        return ()
    from platc_compiler.lower.thanos import GRPC

    return (GRPC,)


def _of_kubelets(service: spec.Prometheus, context: Context) -> tuple[Exporter, ...]:
    version = context.spec.cluster.kubernetes
    return tuple(
        Exporter(catalogue=job, job=job, version=version)
        for job, wanted in (
            ("kubelet", service.discover.kubelet), ("cadvisor", service.discover.cadvisor)
        )
        if wanted
    )  # fmt: skip


def _pods(name: str, namespace: str) -> Pods:
    return Pods(name, namespace, selector_labels("prometheus", name, "server"))


def _size(service: spec.Prometheus) -> int:
    size = service.retention.size
    return size if size is not None else service.storage * _SHARE_OF_VOLUME // 100


def _reads_retention(service: spec.Prometheus) -> bool:
    numbers = re.match(r"(\d+)\.(\d+)", service.version)
    return numbers is None or (int(numbers[1]), int(numbers[2])) >= _RETENTION_IN_CONFIG


def _monitor(name: str, service: spec.Prometheus, context: Context, pods: Pods) -> Monitor:
    targets = [each for each in service.depends_on if context.offering(each).notifies]
    discover = service.discover
    return Monitor(
        service=name, pods=pods, scrape_interval=service.scrape_interval,
        evaluation_interval=service.evaluation_interval,
        retention=(service.retention.time, _size(service)) if _reads_retention(service) else None,
        external_labels=tuple(sorted(service.external_labels.items())),
        alertmanagers=tuple(
            (context.offer(each).address, context.offering(each).path) for each in targets
        ),
        annotated_pods=_asking(discover.pods), annotated_services=_asking(discover.services),
        kubelet=discover.kubelet, cadvisor=discover.cadvisor,
        keep_used=service.keep_used, series=_plan(service), config=service.config,
        origin=service_origin(name),
    )  # fmt: skip


def _asking(stated: bool | spec.Asking) -> Asking | None:  # noqa: FBT001 - as it is stated
    if isinstance(stated, spec.Asking):
        return Asking(stated.namespaces, stated.ports)
    return Asking() if stated else None


def _plan(service: spec.Prometheus) -> SeriesPlan | None:
    stated = service.series
    if stated is None:
        return None
    return SeriesPlan(
        margin=stated.margin, others=stated.others, age=service.retention.time,
        size=_size(service), volume=service.storage,
    )  # fmt: skip


def _workload(name: str, service: spec.Prometheus, namespace: str) -> Workload:
    place = service_origin(name)
    amounts = stated_resources(service.resources, _DEFAULT, service_origin(name, "resources"))
    volumes = (
        Volume("config", ConfigFiles(f"{name}-config")),
        Volume("rules", ConfigFiles(f"{name}-rules")),
        Volume("data", Claim(size=service.storage, storage_class=service.storage_class,
                             origin=service_origin(name, "storage"))),
        *secret_volumes(_keys(name, service)),
    )  # fmt: skip
    return Workload(
        name=name, namespace=namespace, service=name, app="prometheus", component="server",
        version=service.version, controller=Deployment(recreate=True),
        pod=Pod(
            containers=(_container(name, service, amounts),), volumes=volumes, user=_NOBODY,
            group=_NOBODY, fs_group=_NOBODY, token=True, grace=300,
        ),
        exposures=(exposure(name, (_PORT,)),),
        configs=(
            Config(f"{name}-config", (("prometheus.yml", Artefact("prometheus/prometheus.yml")),)),
            Config(f"{name}-rules", (), artefacts="prometheus/rules/"),
        ),
        origin=place,
    )  # fmt: skip


def _keys(name: str, service: spec.Prometheus) -> tuple[SecretKey, ...]:
    """Return the keys of secrets whose files its configuration names."""
    own = service_origin(name, "config")
    found = secret_files(service.config, "prometheus")
    stated = ((reference, (*own, *path)) for reference, path in found)
    return keys_of((*stated, *_of_remotes(name, service)))


def _of_remotes(name: str, service: spec.Prometheus) -> tuple[tuple[str, Origin], ...]:
    if not service.remote_write and not service.federation:
        return ()
    from platc_compiler.lower.prometheus_remote import remote_secrets

    return tuple(remote_secrets(name, service))


def _container(name: str, service: spec.Prometheus, amounts: Resources) -> Container:
    below = path_of(service.external_url)
    ready = HttpGet(f"{below}/-/ready", _PORT.number)
    healthy = HttpGet(f"{below}/-/healthy", _PORT.number)
    return Container(
        name="prometheus",
        image=service.image or f"quay.io/prometheus/prometheus:v{service.version}",
        args=_arguments(service), ports=(_PORT,), resources=amounts,
        env=(
            *memory_limit(amounts),
            *environment_variables(service.env, service_origin(name, "env")),
        ),
        mounts=(
            # A single file: the rules are mounted beside it, and prometheus.yml refers to them by
            # a path that is also valid in out/.
            Mount(
                "config", "/etc/prometheus/prometheus.yml", read_only=True,
                sub_path="prometheus.yml",
            ),
            Mount("rules", "/etc/prometheus/rules", read_only=True),
            *secret_mounts(_keys(name, service), FOLDERS["prometheus"]),
            Mount("data", "/prometheus"),
        ),
        # The replay of a large write-ahead log takes minutes.
        startup=Probe(handler=ready, period=10, failures=120),
        readiness=Probe(handler=ready), liveness=Probe(handler=healthy, failures=6),
        origin=service_origin(name),
    )  # fmt: skip


def _arguments(service: spec.Prometheus) -> tuple[str, ...]:
    compression = "" if service.wal_compression else "no-"
    arguments = (
        "--config.file=/etc/prometheus/prometheus.yml",
        "--storage.tsdb.path=/prometheus",
        f"--{compression}storage.tsdb.wal-compression",
        f"--web.external-url={service.external_url}",
    )
    if _reads_retention(service):
        return arguments
    return (
        *arguments,
        f"--storage.tsdb.retention.time={duration_text(service.retention.time)}",
        f"--storage.tsdb.retention.size={_size(service)}B",
    )


PROMETHEUS = Kind("prometheus", spec.Prometheus, lower, offer)
