"""Lowering of ``kube_state_metrics``."""

from __future__ import annotations

from platc_compiler.ir.labels import INSTANCE, selector_labels
from platc_compiler.ir.network import ApiServer, Edge, Pods
from platc_compiler.ir.platform import Fragment
from platc_compiler.ir.pods import Container, HttpGet, Pod, Port, Probe
from platc_compiler.ir.workloads import Deployment, Rights, Rule, Scrape, Workload
from platc_compiler.lower.exporters import exporter
from platc_compiler.lower.go_memory import memory_limit
from platc_compiler.lower.kind import Context, Kind, Offering
from platc_compiler.lower.kube_state_alerts import (
    LABELLED,
    kube_state_alerts,
    services,
)
from platc_compiler.lower.origins import service_origin
from platc_compiler.lower.ports import exposure, port_offers, service_host
from platc_compiler.lower.resources import sized, stated_resources
from platc_spec.kinds import kube_state_metrics as spec

_DEFAULT = sized(memory=64, cpu=20, most_memory=192, most_cpu=200)
_PORTS = (Port("metrics", 8080), Port("telemetry", 8081))
_NOBODY = 65534
_GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("", ("namespaces", "nodes", "persistentvolumeclaims", "persistentvolumes", "pods",
          "resourcequotas", "services")),
    ("apps", ("daemonsets", "deployments", "replicasets", "statefulsets")),
    ("batch", ("cronjobs", "jobs")),
    ("policy", ("poddisruptionbudgets",)),
)  # fmt: skip
"""The watched resources; Secrets and ConfigMaps are not among them."""


def offer(name: str, _service: spec.KubeStateMetrics, namespace: str) -> Offering:
    """Offer the port with metrics of objects, and the one with metrics of the exporter itself."""
    return Offering(
        port_offers(name, service_host(name, namespace), _pods(name, namespace), _PORTS)
    )


def lower(name: str, service: spec.KubeStateMetrics, context: Context) -> Fragment:
    """Return the exporter, its rights to watch, and alerts on the state of objects."""
    namespace, place = context.namespace(service), service_origin(name)
    pods, port = _pods(name, namespace), context.spec.cluster.api_server.port
    rules = tuple(Rule((group,), kinds, ("list", "watch")) for group, kinds in _GROUPS)
    amounts = stated_resources(service.resources, _DEFAULT, service_origin(name, "resources"))
    container = Container(
        name="kube-state-metrics",
        image=service.image
        or f"registry.k8s.io/kube-state-metrics/kube-state-metrics:v{service.version}",
        args=(
            f"--resources={','.join(watched())}",
            f"--metric-labels-allowlist={','.join(f'{k}s=[{INSTANCE}]' for k in LABELLED)}",
            "--port=8080",
            "--telemetry-port=8081",
        ),
        ports=_PORTS, resources=amounts, env=memory_limit(amounts),
        readiness=Probe(handler=HttpGet("/readyz", 8081)),
        liveness=Probe(handler=HttpGet("/livez", 8080), failures=6), origin=place,
    )  # fmt: skip
    workload = Workload(
        name=name, namespace=namespace, service=name, app="kube-state-metrics",
        component="exporter", version=service.version, controller=Deployment(),
        pod=Pod(
            containers=(container,), user=_NOBODY, group=_NOBODY, token=True,
        ),
        exposures=(exposure(name, _PORTS),),
        scrape=Scrape(port=8080, foreign=True), origin=place,
    )  # fmt: skip
    return Fragment(
        workloads=(workload,),
        rights=(
            Rights(account=name, namespace=namespace, rules=rules, cluster=True, origin=place),
        ),
        edges=(Edge(pods, ApiServer(), port, "TCP", "API server", place),),
        exporters=(exporter("kube-state-metrics", name, service),),
        recordings=services(name),
        alerts=kube_state_alerts(name),
    )  # fmt: skip


def watched() -> tuple[str, ...]:
    """Return the resources that it watches, by name."""
    return tuple(sorted(kind for _, kinds in _GROUPS for kind in kinds))


def _pods(name: str, namespace: str) -> Pods:
    return Pods(name, namespace, selector_labels("kube-state-metrics", name, "exporter"))


KUBE_STATE_METRICS = Kind("kube_state_metrics", spec.KubeStateMetrics, lower, offer)
