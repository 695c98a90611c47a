"""Closure where the collector and the prober are real: each expression on them gets an answer.

``test_closure`` plays their metrics from the catalogues; here nothing is played.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from tools.servers_to_probe import web_server

from platc_compiler.expressions.known_metrics import OF_A_SCRAPE, known_metrics
from platc_compiler.expressions.promql import parse, selectors
from platc_compiler.grafana.variables import concrete
from platc_compiler.ir.platform import Platform
from tests.real.built import result_of
from tests.real.scraped import Asked, fixed, prometheus
from tests.real.test_blackbox import prober
from tests.real.test_closure import without_filters
from tests.real.test_collector import collecting, counter, environment, message, point
from tests.tools import ROOT

pytestmark = pytest.mark.e2e

PLATFORM = ROOT / "tests/real/platforms/watchers.yaml"
WATCHERS = frozenset({"otel", "blackbox"})
EMPTY = {
    "alert CollectorLosesMetrics": "its counter appears with the first metric that is lost",
    "alert ShopPushesNoMetrics": "the program sends metrics",
}
"""The expressions that have no series here, and why."""


def platform() -> Platform:
    found = result_of(PLATFORM).platform
    assert found is not None
    return found


def asked() -> Iterator[tuple[str, str]]:
    """Yield what asks the collector or the prober and nobody else, and its expression."""
    known = known_metrics(platform())
    for name, text in every():
        names = {selector.name for selector in selectors(parse(text))} - OF_A_SCRAPE
        sources = [{each.service for each in known.of(name)} for name in names]
        if sources and all(each and each <= WATCHERS for each in sources):
            yield name, text


def every() -> Iterator[tuple[str, str]]:
    for alert in platform().alerts:
        yield f"alert {alert.name}", alert.expr
    for rule in platform().recordings:
        yield f"recording {rule.name}", rule.expr
    for board in platform().dashboards:
        for number, query in enumerate(board.queries()):
            yield f"{board.name} {number}", concrete(query.expr, {})


EXPRESSIONS = dict(asked())


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    folder = tmp_path_factory.mktemp("watchers")
    own = tmp_path_factory.mktemp("collector")
    emitted = result_of(PLATFORM).files["prometheus/prometheus.yml"]
    with (
        web_server() as plain,
        web_server(folder) as secure,
        collecting(own, PLATFORM) as collector,
        prober(folder, folder / "server.pem", PLATFORM) as running,
    ):
        env = environment(collector.result, "50-workloads/shop/deployment-shop.yaml")
        jobs = running.jobs(
            {
                "http://shop.shop.svc:8080/ready": f"http://127.0.0.1:{plain}/302",
                "https://shop.example.com/store": f"https://localhost:{secure}/401",
            }
        )
        pod = {"namespace": "monitoring", "pod": "p"}
        jobs |= {
            "otel": fixed(collector.ports[8889], service="otel", **pod),
            "otel-own": fixed(collector.ports[8888], service="otel", **pod),
            "blackbox": fixed(running.port, service="blackbox", **pod),
        }
        with prometheus(emitted, jobs, folder) as found:
            for value in range(4):
                orders = counter("orders", point(value + 1, status="paid"))
                assert collector.push("metrics", message(env, [orders])) == 200
                time.sleep(2)
            found.until("count(probe_success) >= 2")
            found.until("rate(etl_project_orders_total[5m])")
            found.until("rate(otelcol_receiver_accepted_metric_points[5m])")
            yield found


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_what_asks_gets_an_answer(name: str, server: Asked) -> None:
    found = server.query(without_filters(EXPRESSIONS[name]))
    if name in EMPTY:
        assert not found, f"{name} is not empty: take it off the list"
    else:
        assert found, EXPRESSIONS[name]


def test_alerts_and_panels_ask_both() -> None:
    assert len(EXPRESSIONS) >= 8
    assert any("probe_" in text for text in EXPRESSIONS.values())
    assert any("otelcol_" in text for text in EXPRESSIONS.values())
    assert EMPTY.keys() <= EXPRESSIONS.keys()
