"""The real collector runs what platc emits, and the real Prometheus gets what programs push."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
import yaml

from platc_compiler.expressions.exported_metrics import exported
from platc_compiler.pipeline import Result
from tests.real import memory
from tests.real.built import compiled, result_of
from tests.real.postgres_server import free_port
from tests.real.scraped import fixed, prometheus
from tests.tools import ROOT, tool

pytestmark = pytest.mark.e2e

PLATFORM = ROOT / "tests/golden/platforms/telemetry.yaml"
SERIES = 10_000


@dataclass(frozen=True)
class Collector:
    """A collector that runs, with the ports of this machine for those of its pod."""

    result: Result
    ports: dict[int, int]
    session: int

    def push(self, signal: str, body: dict[str, Any]) -> int:
        """Send a message by OTLP over HTTP; return the status."""
        request = Request(
            f"http://127.0.0.1:{self.ports[4318]}/v1/{signal}", json.dumps(body).encode(),
            {"Content-Type": "application/json"},
        )  # fmt: skip
        try:
            with urlopen(request, timeout=10) as answer:  # noqa: S310 - of this machine
                return int(answer.status)
        except HTTPError as refused:
            return refused.code

    def text(self, port: int) -> str:
        """Return the metrics at a port of its pod."""
        with urlopen(f"http://127.0.0.1:{self.ports[port]}/metrics", timeout=10) as answer:
            return str(answer.read().decode())


def manifest(result: Result, path: str) -> dict[str, Any]:
    return dict(yaml.safe_load(result.files[f"manifests/{path}"]))


def environment(result: Result, path: str) -> dict[str, str]:
    """Return the variables of a pod, with the name of the pod in place."""
    (container,) = manifest(result, path)["spec"]["template"]["spec"]["containers"]
    found = {each["name"]: each.get("value", "pod-1") for each in container["env"]}
    return {name: text.replace("$(POD_NAME)", found["POD_NAME"]) for name, text in found.items()}


@pytest.fixture(scope="module")
def collector(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Collector]:
    with collecting(tmp_path_factory.mktemp("collector"), PLATFORM) as running:
        yield running


@contextmanager
def collecting(folder: Path, platform: Path) -> Iterator[Collector]:
    """Run the collector on the emitted file; only the numbers of its ports differ."""
    result = result_of(platform)
    config = manifest(result, "30-config/monitoring/configmap-otel-config.yaml")
    text = config["data"]["config.yaml"]
    ports = {port: free_port() for port in (4317, 4318, 8888, 8889, 13133)}
    for port, here in ports.items():
        text = text.replace(f"0.0.0.0:{port}", f"127.0.0.1:{here}")
        text = text.replace(f"port: {port}", f"port: {here}")
    (folder / "config.yaml").write_text(text, encoding="utf-8")
    pod = manifest(result, "50-workloads/monitoring/deployment-otel.yaml")
    (container,) = pod["spec"]["template"]["spec"]["containers"]
    (argument,) = container["args"]
    command = [str(tool("otelcol")), argument.replace("/etc/platc", str(folder))]
    env = {**os.environ, **{e["name"]: e["value"] for e in container["env"]}}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, env=env, stdout=log, stderr=log, start_new_session=True)
        try:
            _until_ready(f"http://127.0.0.1:{ports[13133]}/", folder / "log")
            yield Collector(result, ports, process.pid)
        finally:
            process.kill()
            process.wait(timeout=30)


def _until_ready(url: str, log: Path) -> None:
    end = time.monotonic() + 60
    while True:
        try:
            urlopen(url, timeout=5).close()  # noqa: S310 - of this machine
        except OSError:
            assert time.monotonic() < end, log.read_text(encoding="utf-8")[-3000:]
            time.sleep(0.3)
        else:
            return


def attributes(text: str) -> list[dict[str, Any]]:
    pairs = (pair.split("=", 1) for pair in text.split(","))
    return [{"key": key, "value": {"stringValue": value}} for key, value in pairs]


def message(env: dict[str, str], metrics: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return what a library sends that has read the variables of a pod."""
    stated = f"service.name={env['OTEL_SERVICE_NAME']},{env['OTEL_RESOURCE_ATTRIBUTES']}"
    scope = {"scope": {"name": "shop", "version": "1"}, "metrics": list(metrics)}
    resource = {"attributes": attributes(stated)}
    return {"resourceMetrics": [{"resource": resource, "scopeMetrics": [scope]}]}


def point(value: int, **labels: str) -> dict[str, Any]:
    now = str(time.time_ns())
    stated = [{"key": key, "value": {"stringValue": text}} for key, text in labels.items()]
    return {"asInt": str(value), "timeUnixNano": now, "startTimeUnixNano": now,
            "attributes": stated}  # fmt: skip


def counter(name: str, *points: dict[str, Any], kind: int = 2) -> dict[str, Any]:
    total = {"aggregationTemporality": kind, "isMonotonic": True, "dataPoints": list(points)}
    return {"name": name, "unit": "{order}", "sum": total}


@pytest.mark.parametrize(
    "config",
    [
        "{}",
        "{ processors: { batch: { send_batch_size: 10 } } }",
        """
        exporters: { debug: {} }
        service:
          pipelines:
            logs: { receivers: [otlp], processors: [memory_limiter], exporters: [debug] }
        """,
    ],
)
def test_the_collector_finds_its_configuration_valid(config: str, tmp_path: Path) -> None:
    data = yaml.safe_load(PLATFORM.read_text(encoding="utf-8"))
    data["services"]["otel"]["config"] = yaml.safe_load(config)
    result = compiled(yaml.safe_dump(data), "platform.yaml")
    text = manifest(result, "30-config/monitoring/configmap-otel-config.yaml")["data"]
    (tmp_path / "config.yaml").write_text(text["config.yaml"], encoding="utf-8")
    done = subprocess.run(
        [tool("otelcol"), "validate", f"--config={tmp_path}/config.yaml"],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"service": {"pipelines": {"traces": {"receivers": ["otlp"]}}}}, "at least one exporter"),
        ({"service": {"pipelines": {"metrics": {"exporters": ["loki"]}}}}, "not configured"),
        ({"processors": {"memory_limiter": {"limit_mib": 10, "spike_limit_mib": 10}}}, "smaller"),
    ],
)  # fmt: skip
def test_the_collector_refuses_what_platc_refuses(
    config: dict[str, Any], said: str, tmp_path: Path
) -> None:
    from platc_compiler.lower.otel_collector import configuration
    from platc_compiler.source.emit import yaml_text
    from platc_compiler.templating.templates import Templates
    from platc_spec.kinds.otel_collector import OtelCollector

    service = OtelCollector(kind="otel_collector", config=config)
    (tmp_path / "config.yaml").write_text(yaml_text(configuration(service, Templates())))
    done = subprocess.run(
        [tool("otelcol"), "validate", f"--config={tmp_path}/config.yaml"],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode != 0
    assert said in done.stderr


def test_a_pushed_metric_is_scraped_under_its_declared_name(
    collector: Collector, tmp_path: Path
) -> None:
    """Two pods of a service push the same metric, and neither overwrites the other's."""
    env = environment(collector.result, "50-workloads/shop/deployment-backend.yaml")
    for pod, value in (("backend-1", 7), ("backend-2", 30)):
        own = {name: text.replace("pod-1", pod) for name, text in env.items()}
        assert collector.push("metrics", message(own, [counter("orders", point(value))])) == 200
    jobs = {
        "otel": fixed(collector.ports[8889], service="otel", namespace="monitoring", pod="o"),
        "otel-own": fixed(collector.ports[8888], service="otel", namespace="monitoring", pod="o"),
    }
    with prometheus(collector.result.files["prometheus/prometheus.yml"], jobs, tmp_path) as asked:
        asked.until("count(etl_project_orders_total) == 2")
        found = asked.query("etl_project_orders_total")
        assert {(labels["exported_job"], labels["exported_instance"], value)
                for labels, value in found} == {("shop/backend", "backend-1", 7),
                                                ("shop/backend", "backend-2", 30)}  # fmt: skip
        target = {"__name__", "job", "instance", "service", "namespace", "pod"}
        assert found[0][0].keys() == target | {"exported_job", "exported_instance"}
        # What the alert on a program that sends nothing asks for.
        rules = yaml.safe_load(collector.result.files["prometheus/rules/telemetry.yml"])
        absent = {r["alert"]: r["expr"] for r in rules["groups"][0]["rules"]}
        assert absent.keys() == {"BackendPushesNoMetrics", "WorkerPushesNoMetrics"}
        assert not asked.query(absent["BackendPushesNoMetrics"])
        assert asked.query(absent["WorkerPushesNoMetrics"])
        assert asked.until('otelcol_receiver_accepted_metric_points{job="otel-own"}')


def test_traces_are_refused_where_nothing_takes_them(collector: Collector) -> None:
    assert collector.push("traces", {"resourceSpans": []}) == 404


def test_a_lost_difference_makes_a_sum_start_again(collector: Collector) -> None:
    """Why a program that sends differences gets a warning (PLT446)."""
    env = {"OTEL_SERVICE_NAME": "a", "OTEL_RESOURCE_ATTRIBUTES": "service.instance.id=a-1"}
    for value in (100, 5):
        body = message(env, [counter("differing", point(value), kind=1)])
        assert collector.push("metrics", body) == 200
        time.sleep(1.5)
    assert 'etl_project_differing_total{instance="a-1",job="a"} 5' in collector.text(8889)


def test_its_own_metrics_are_those_of_the_catalogue(collector: Collector) -> None:
    served = {
        line.split()[2]: line.split()[3]
        for line in collector.text(8888).splitlines()
        if line.startswith("# TYPE ")
    }
    assert len(served) > 15
    listed = {name: exported("otel-collector", name) for name in served}
    assert {name: each and each.type for name, each in listed.items()} == served


def test_its_memory_leaves_room_in_the_default_limit(collector: Collector) -> None:
    """With ten thousand series, which it holds and serves, scraped as by Prometheus."""
    env = {"OTEL_SERVICE_NAME": "load", "OTEL_RESOURCE_ATTRIBUTES": "service.instance.id=load-1"}
    for part in range(10):
        points = [point(n, item=f"item-{part}-{n}", region="north") for n in range(SERIES // 10)]
        assert collector.push("metrics", message(env, [counter("load", *points)])) == 200
    time.sleep(2)
    assert collector.text(8889).count("etl_project_load_total{") == SERIES
    for _ in range(5):
        collector.text(8889)
    taken = memory.settled(collector.session)
    pod = manifest(collector.result, "50-workloads/monitoring/deployment-otel.yaml")
    (container,) = pod["spec"]["template"]["spec"]["containers"]
    assert container["resources"]["limits"]["memory"] == "512Mi"
    print(f"\ncollector: {taken / memory.MIB:.0f} MiB")
    assert taken <= 0.9 * (512 << 20)
