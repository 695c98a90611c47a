"""The exporter of an Elasticsearch, in a Deployment of its own: no change of it restarts the node.

Sources: main.go and collector/ of prometheus-community/elasticsearch_exporter 1.11.0. It takes its
password from a variable only. There are no series for each index: old indices would leave them.
"""

from __future__ import annotations

from platc_compiler.ir.network import Link
from platc_compiler.ir.observability import Exporter
from platc_compiler.ir.platform import Fragment
from platc_compiler.ir.pods import Container, Env, HttpGet, Pod, Port, Probe, TcpSocket
from platc_compiler.ir.workloads import Deployment, Scrape, Workload
from platc_compiler.lower.elasticsearch_alerts import alerts
from platc_compiler.lower.go_memory import memory_limit
from platc_compiler.lower.kind import Context
from platc_compiler.lower.origins import service_origin
from platc_compiler.lower.ports import exposure
from platc_compiler.lower.resources import sized, stated_resources
from platc_compiler.lower.secret_keys import secret_key
from platc_spec.elasticsearch_exporter import ElasticsearchExporter
from platc_spec.kinds import elasticsearch as spec

VERSION = "1.11.0"
CATALOGUE = "elasticsearch"
_METRICS = Port("metrics", 9114)
_DEFAULT = sized(memory=32, cpu=20, most_memory=64, most_cpu=200)
_NOBODY = 65_534


def exporter(
    name: str, service: spec.Elasticsearch, stated: ElasticsearchExporter, context: Context
) -> Fragment:
    """Return the Deployment, its connection to the node, and the alerts."""
    workload = _workload(name, service, stated, context)
    version = "" if stated.image else VERSION
    return Fragment(
        workloads=(workload,),
        links=(Link(workload.endpoint, name, "http", workload.origin),),
        exporters=(Exporter(catalogue=CATALOGUE, service=name, version=version),),
        alerts=alerts(name),
    )


def arguments(url: str) -> tuple[str, ...]:
    """Return the exporter's arguments."""
    return (
        f"--es.uri={url}",
        "--es.timeout=8s",
        "--es.clusterinfo.interval=30s",
        f"--web.listen-address=:{_METRICS.number}",
    )


def _workload(
    name: str, service: spec.Elasticsearch, stated: ElasticsearchExporter, context: Context
) -> Workload:
    place = service_origin(name, "exporter")
    resources = stated_resources(stated.resources, _DEFAULT, (*place, "resources"))
    login: tuple[Env, ...] = ()
    if service.secured and stated.password is not None:
        password = secret_key(stated.password, (*place, "password"))
        login = (Env("ES_USERNAME", stated.user), Env("ES_PASSWORD", password))
    container = Container(
        name="exporter",
        image=stated.image or f"quay.io/prometheuscommunity/elasticsearch-exporter:v{VERSION}",
        args=arguments(f"http://{context.offer(name).address}"), ports=(_METRICS,),
        env=(*login, *memory_limit(resources)), resources=resources,
        # Its page of metrics asks Elasticsearch: a node that is down must not restart it.
        readiness=Probe(handler=HttpGet("/healthz", _METRICS.number)),
        liveness=Probe(handler=TcpSocket(_METRICS.number), failures=6), origin=place,
    )  # fmt: skip
    return Workload(
        name=f"{name}-exporter", namespace=context.namespace(service), service=name,
        app="elasticsearch", component="exporter", version=VERSION,
        controller=Deployment(alone=True),
        pod=Pod(containers=(container,), user=_NOBODY, group=_NOBODY, fs_group=_NOBODY),
        exposures=(exposure(f"{name}-exporter", (_METRICS,)),),
        scrape=Scrape(port=_METRICS.number, sample_limit=stated.sample_limit), origin=place,
    )  # fmt: skip
