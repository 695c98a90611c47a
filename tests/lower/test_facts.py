"""A kind of another package takes part through the facts that it states."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

import pytest

from platc_compiler.diagnostics.rendering import as_text
from platc_compiler.ir.labels import selector_labels
from platc_compiler.ir.network import Pods
from platc_compiler.ir.platform import Fragment
from platc_compiler.ir.pods import Container, Pod, Port, Probe, TcpSocket
from platc_compiler.ir.workloads import Deployment, Workload
from platc_compiler.lower import kinds
from platc_compiler.lower.facts import LogStore, Monitoring
from platc_compiler.lower.kind import Context, Kind, Offering
from platc_compiler.lower.origins import service_origin
from platc_compiler.lower.ports import exposure, port_offers, service_host
from platc_compiler.lower.resources import sized
from platc_compiler.pipeline import Result, compile_platform
from platc_compiler.source.source import Source
from platc_spec.base import SecretRef
from platc_spec.service import Deployed

PORTS = (Port("http", 8428),)


class Store(Deployed):
    """A service that stores metrics and logs."""

    kind: Literal["store"]
    password: SecretRef


def offer(name: str, service: Store, namespace: str) -> Offering:
    pods = Pods(name, namespace, selector_labels("store", name, "main"))
    return Offering(
        port_offers(name, service_host(name, namespace), pods, PORTS),
        monitoring=Monitoring(timedelta(seconds=20)),
        log_store=LogStore(
            version="8.19.1", stream="logs", passwords={"kibana_system": service.password}
        ),
    )


def lower(name: str, service: Store, context: Context) -> Fragment:
    container = Container(
        name="store", image="example.com/store:1.0.0", ports=PORTS, resources=sized(128, 50),
        readiness=Probe(handler=TcpSocket(8428)), origin=service_origin(name),
    )  # fmt: skip
    workload = Workload(
        name=name, namespace=context.namespace(service), service=name, app="store",
        component="main", controller=Deployment(),
        pod=Pod(containers=(container,), user=1000, group=1000),
        exposures=(exposure(name, PORTS),), origin=service_origin(name),
    )  # fmt: skip
    return Fragment(workloads=(workload,))


STORE = Kind("store", Store, lower, offer)
PLATFORM = """\
platform: shop
version: 1
cluster: { nodes: { main: { memory: 16GB, cpu: 8 } } }
namespaces: { shop: }
secrets: { keys: { keys: [grafana, kibana, other] } }
services:
  store: { kind: store, password: keys/kibana }
  grafana: { kind: grafana, admin: { password: keys/grafana }, depends_on: [store] }
  kibana: { kind: kibana, password: keys/kibana, depends_on: [store] }
dashboards:
  web: { title: Web, panels: [{ title: Pods, expr: "count(up)" }] }
"""


@pytest.fixture(autouse=True)
def _store(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "KINDS", {**kinds.KINDS, "store": f"{__name__}:STORE"})


def compiled(text: str = PLATFORM) -> Result:
    return compile_platform(Source(text))


def codes(result: Result) -> set[str]:
    return {found.code for found in result.diagnostics}


def test_what_monitors_is_a_source_of_dashboards() -> None:
    result = compiled()
    assert not result.failed, as_text(result.diagnostics)
    sources = result.files["grafana/datasources.yaml"]
    assert "url: http://store.shop.svc:8428" in sources
    assert "timeInterval: 20s" in sources


def test_what_stores_logs_tells_its_clients_its_version() -> None:
    kibana = compiled().files["manifests/50-workloads/shop/deployment-kibana.yaml"]
    assert "kibana:8.19.1" in kibana


def test_a_wrong_password_of_its_client_is_told() -> None:
    assert "PLT116" not in codes(compiled())
    wrong = PLATFORM.replace(
        "kind: kibana, password: keys/kibana", "kind: kibana, password: keys/other"
    )
    assert "PLT116" in codes(compiled(wrong))


def test_dashboards_without_a_way_to_what_monitors_are_told() -> None:
    apart = PLATFORM.replace("keys/grafana }, depends_on: [store] }", "keys/grafana } }")
    assert "PLT410" in codes(compiled(apart))
    assert "PLT410" not in codes(compiled())


def test_a_second_one_that_monitors_is_told() -> None:
    second = "services:\n  prometheus: { kind: prometheus }\n"
    assert "PLT407" in codes(compiled(PLATFORM.replace("services:\n", second)))
