"""Lowering of ``otel_collector``.

Sources, at version 0.155.0: the README of memory_limiter (first in the pipeline, ``GOMEMLIMIT`` at
80 % of the limit), of the exporter prometheus, of the extension health_check; the Dockerfiles of
opentelemetry-collector-releases (user, entry point).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from platc_compiler.ir.labels import selector_labels
from platc_compiler.ir.network import Pods
from platc_compiler.ir.observability import Exporter, Metric, PodTargets, ScrapeJob
from platc_compiler.ir.platform import Fragment
from platc_compiler.ir.pods import (
    ConfigFiles,
    Container,
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
from platc_compiler.lower.facts import Telemetry
from platc_compiler.lower.go_memory import memory_limit
from platc_compiler.lower.kind import Context, Kind, Offering
from platc_compiler.lower.origins import service_origin
from platc_compiler.lower.otel_collector_alerts import alerts
from platc_compiler.lower.ports import exposure, port_offers, service_host
from platc_compiler.lower.resources import sized, stated_resources
from platc_compiler.lower.secret_keys import environment_variables
from platc_compiler.merging import overlay
from platc_compiler.source.emit import yaml_text
from platc_compiler.templating.templates import Templates
from platc_spec.kinds import otel_collector as spec

_GRPC, _HTTP, _METRICS, _OWN, _HEALTH = 4317, 4318, 8889, 8888, 13133
_PORTS = (
    Port("otlp-http", _HTTP), Port("otlp-grpc", _GRPC), Port("prometheus", _METRICS),
    Port("metrics", _OWN),
)  # fmt: skip
_PROTOCOLS = {"otlp-http": "http/protobuf", "otlp-grpc": "grpc"}
_USER = 10001
_FOLDER = "/etc/platc"
_LABELS = {"const_labels", "resource_to_telemetry_conversion", "without_scope_info"}
"""Settings of the exporter ``prometheus`` on which the labels of metrics depend."""
SHARE = 80
"""Percent of the container's memory limit: ``limit_mib`` and ``GOMEMLIMIT``. The limiter counts the
heap only; stacks and what the kernel holds for connections need the rest."""
_DEFAULT = sized(memory=96, cpu=50, most_memory=512, most_cpu=500)


def offer(name: str, service: spec.OtelCollector, namespace: str) -> Offering:
    """Offer OTLP over HTTP, which is the libraries' default, and over gRPC."""
    pods = _pods(name, namespace)
    return Offering(
        port_offers(name, service_host(name, namespace), pods, _PORTS),
        telemetry=Telemetry(
            protocols=_PROTOCOLS,
            signals=_signals(service),
            prefix=service.metrics_begin_with,
            adds_labels=_adds_labels(service.config),
        ),
    )


def _signals(service: spec.OtelCollector) -> tuple[str, ...]:
    """Return what its pipelines take; a pipeline may be called ``logs/audit``."""
    stated = service.config.get("service")
    own = stated.get("pipelines") if isinstance(stated, dict) else None
    names = ["metrics", *(own if isinstance(own, dict) else ())]
    return tuple(dict.fromkeys(str(name).partition("/")[0] for name in names))


def _adds_labels(config: Mapping[str, Any]) -> bool:
    stated: Any = config
    for key in ("exporters", "prometheus"):
        stated = stated.get(key) if isinstance(stated, dict) else None
    own = stated if isinstance(stated, dict) else {}
    return not own.keys().isdisjoint(_LABELS)


def lower(name: str, service: spec.OtelCollector, context: Context) -> Fragment:
    """Return the collector and its two jobs: one for the programs' metrics, one for its own."""
    workload = _workload(name, service, context)
    own, begin = f"{name}-own", service.metrics_begin_with
    return Fragment(
        workloads=(workload,),
        links=dependency_links(
            service.depends_on, workload.endpoint, service_origin(name, "depends_on")
        ),
        scrapes=(
            ScrapeJob(
                name=own, service=name, origin=service_origin(name),
                discovery=PodTargets((workload.namespace,), workload.selector, port=_OWN),
            ),
        ),
        metrics=(Metric(f"{begin}target_info", name, type="gauge", origin=service_origin(name)),),
        exporters=(
            Exporter(
                catalogue="otel-collector", service=name, job=own,
                version="" if service.image else service.version,
            ),
        ),
        alerts=alerts(name, own),
    )  # fmt: skip


def _pods(name: str, namespace: str) -> Pods:
    return Pods(name, namespace, selector_labels("otel-collector", name, "collector"))


def limit_of(service: spec.OtelCollector) -> Resources:
    """Return the resources of the container."""
    return stated_resources(service.resources, _DEFAULT, ())


def configuration(service: spec.OtelCollector, templates: Templates) -> dict[str, Any]:
    """Return the whole configuration, with the user's own."""
    memory = limit_of(service).limits.memory or 0
    generated = templates.data(
        "kinds/otel_collector/config.yaml.j2",
        grpc=_GRPC, http=_HTTP, metrics=_METRICS, own=_OWN, health=_HEALTH,
        limit=(memory >> 20) * SHARE // 100, prefix=service.prefix,
    )  # fmt: skip
    return overlay(generated, service.config)


def _workload(name: str, service: spec.OtelCollector, context: Context) -> Workload:
    place = service_origin(name)
    amounts = stated_resources(service.resources, _DEFAULT, service_origin(name, "resources"))
    stated = environment_variables(service.env, service_origin(name, "env"))
    names = {variable.name for variable in stated}
    health = HttpGet("/", _HEALTH)
    container = Container(
        name="collector",
        image=service.image or f"docker.io/otel/opentelemetry-collector:{service.version}",
        args=(f"--config={_FOLDER}/config.yaml",), ports=_PORTS, resources=amounts,
        env=(*(e for e in memory_limit(amounts, SHARE) if e.name not in names), *stated),
        mounts=(Mount("config", _FOLDER, read_only=True),),
        readiness=Probe(handler=health), liveness=Probe(handler=health, period=20, failures=6),
        origin=place,
    )  # fmt: skip
    text = yaml_text(configuration(service, context.templates))
    # Two would each serve the series of a program, with different values.
    return Workload(
        name=name, namespace=context.namespace(service), service=name, app="otel-collector",
        component="collector", version=service.version, controller=Deployment(alone=True),
        pod=Pod(
            containers=(container,), user=_USER, group=_USER,
            volumes=(Volume("config", ConfigFiles(f"{name}-config")),),
        ),
        exposures=(exposure(name, _PORTS),), scrape=Scrape(port=_METRICS),
        configs=(Config(f"{name}-config", (("config.yaml", text),)),), origin=place,
    )  # fmt: skip


OTEL_COLLECTOR = Kind("otel_collector", spec.OtelCollector, lower, offer)
