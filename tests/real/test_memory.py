"""Components take no more memory than their default limits leave: measured where they run here.

docs/memory.md has the figures, and those of components that cannot be had here.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
import yaml

from platc_compiler.ir.pods import Container
from platc_compiler.ir.workloads import Config
from platc_compiler.pipeline import Result, compile_platform
from platc_compiler.source.source import Source
from platc_spec.quantities import parse_bytes
from tests.real import memory
from tests.real.airflow_pods import (
    ENVIRONMENTS,
    HOME,
    PLATFORM,
    Generated,
    generate,
    lay_out,
    run,
    running,
    status,
    wait_until,
)
from tests.real.postgres_server import SUPERUSER_PASSWORD, Server, free_port, server
from tests.tools import tool

pytestmark = pytest.mark.e2e

_ROOM = 0.9
"""Of a limit, what a component may take that has settled."""
SERIES = 20_000
"""Of one node with Kubernetes' usual exporters and some services."""


@pytest.fixture(scope="module")
def defaults() -> Result:
    """A platform that states no resources of its components."""
    data = yaml.safe_load(PLATFORM.read_text(encoding="utf-8"))
    data["services"]["node-exporter"] = {"kind": "node_exporter", "namespace": "data"}
    result = compile_platform(Source(json.dumps(data, default=str)))
    assert not result.failed, [d.message for d in result.diagnostics]
    return result


def container(result: Result, name: str) -> tuple[Container, tuple[Config, ...]]:
    assert result.platform is not None
    (workload,) = [w for w in result.platform.workloads if w.name == name]
    return workload.pod.containers[0], workload.configs


def judge(name: str, taken: int, limit: int | None) -> None:
    assert limit is not None
    print(f"\n{name}: {taken / memory.MIB:.0f} MiB of {limit >> 20} MiB")
    assert taken <= limit * _ROOM


@contextmanager
def started(name: str, words: Sequence[str], of: Container, folder: Path) -> Iterator[int]:
    """Run a program of Go with the variables of its container; give its session."""
    env = {e.name: e.value for e in of.env if isinstance(e.value, str)}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [tool(name), *words], env={**os.environ, **env}, stdout=log, stderr=log,
            start_new_session=True,
        )  # fmt: skip
        try:
            yield process.pid
        except AssertionError as error:
            error.add_note((folder / "log").read_text(encoding="utf-8", errors="replace")[-3000:])
            raise
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=60)


def answers(url: str) -> None:
    end = time.monotonic() + 60
    while status(url) != 200:
        assert time.monotonic() < end, f"{url} does not answer"
        time.sleep(0.5)


def get(url: str) -> bytes:
    with urlopen(url, timeout=30) as answer:  # noqa: S310 - of this machine
        return bytes(answer.read())


def test_node_exporter(defaults: Result, tmp_path: Path) -> None:
    own, _ = container(defaults, "node-exporter")
    port = free_port()
    words = [w.replace("/host/root", "/").replace("/host", "") for w in own.args]
    words.append(f"--web.listen-address=127.0.0.1:{port}")
    with started("node_exporter", words, own, tmp_path) as session:
        answers(f"http://127.0.0.1:{port}/")
        for _ in range(10):
            assert b"node_memory_MemAvailable_bytes" in get(f"http://127.0.0.1:{port}/metrics")
        judge("node_exporter", memory.settled(session), own.resources.limits.memory)


def test_alertmanager_with_five_hundred_alerts(defaults: Result, tmp_path: Path) -> None:
    own, configs = container(defaults, "alertmanager")
    port = free_port()
    files = defaults.files
    (tmp_path / "alertmanager.yml").write_text(files["alertmanager/alertmanager.yml"])
    places = {"/etc/alertmanager": str(tmp_path), "=/alertmanager": f"={tmp_path}"}
    words = [moved(word, places) for word in own.args]
    words.append(f"--web.listen-address=127.0.0.1:{port}")
    assert configs
    with started("alertmanager", words, own, tmp_path) as session:
        answers(f"http://127.0.0.1:{port}/-/ready")
        labels = {"alertname": "Test", "severity": "warning", "namespace": "data"}
        alerts = [{"labels": {**labels, "pod": f"a-{i}"}} for i in range(500)]
        request = Request(
            f"http://127.0.0.1:{port}/api/v2/alerts", json.dumps(alerts).encode(),
            {"Content-Type": "application/json"},
        )  # fmt: skip
        with urlopen(request, timeout=30) as answer:  # noqa: S310 - the same
            assert answer.status == 200
        judge("alertmanager", memory.settled(session), own.resources.limits.memory)


def test_statsd_exporter_with_two_thousand_series(defaults: Result, tmp_path: Path) -> None:
    own, configs = container(defaults, "airflow-statsd")
    (tmp_path / "mapping.yaml").write_text(configs[0].texts["mapping.yaml"])
    udp, port = free_port(), free_port()
    places = {
        "/etc/statsd-exporter": str(tmp_path), "=:9125": f"=127.0.0.1:{udp}",
        "=:9102": f"=127.0.0.1:{port}",
    }  # fmt: skip
    words = [moved(word, places) for word in own.args]
    with started("statsd_exporter", words, own, tmp_path) as session:
        answers(f"http://127.0.0.1:{port}/metrics")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            for number in range(2000):
                line = f"airflow.task.duration,dag_id=d{number % 40},task_id=t{number}:17|ms"
                client.sendto(line.encode(), ("127.0.0.1", udp))
                if not number % 50:
                    time.sleep(0.02)
        assert get(f"http://127.0.0.1:{port}/metrics").count(b"task_id=") > 1000
        judge("statsd_exporter", memory.settled(session), own.resources.limits.memory)


class _Exporter(BaseHTTPRequestHandler):
    """Serves series as kube-state-metrics and cAdvisor do: long names, many labels."""

    def do_GET(self) -> None:
        now = time.time()
        text = "".join(
            f'container_{i % 40}_total{{namespace="data",pod="some-deployment-{i // 40}-5d9c7b-x",'
            f'container="main",image="example.com/some/image:1.0",id="/kubepods/{i}"}} {now + i}\n'
            for i in range(SERIES)
        )
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_prometheus_with_twenty_thousand_series(defaults: Result, tmp_path: Path) -> None:
    """Its targets are replaced: there is no cluster to find them in. Its rules are the emitted."""
    own, _ = container(defaults, "prometheus")
    port = free_port()
    for path, text in defaults.files.items():
        if path.startswith("prometheus/rules/"):
            (tmp_path / "rules").mkdir(exist_ok=True)
            (tmp_path / "rules" / Path(path).name).write_text(text)
    with ThreadingHTTPServer(("127.0.0.1", 0), _Exporter) as exporter:
        threading.Thread(target=exporter.serve_forever, daemon=True).start()
        target = {"targets": [f"127.0.0.1:{exporter.server_port}"]}
        config: dict[str, Any] = {
            "global": {"scrape_interval": "2s", "evaluation_interval": "2s"},
            "rule_files": [f"{tmp_path}/rules/*.yml"],
            "scrape_configs": [{"job_name": "all", "static_configs": [target]}],
        }
        (tmp_path / "prometheus.yml").write_text(yaml.safe_dump(config))
        places = {"/etc/prometheus": str(tmp_path), "=/prometheus": f"={tmp_path}/data"}
        words = [moved(word, places) for word in own.args]
        words.append(f"--web.listen-address=127.0.0.1:{port}")
        with started("prometheus", words, own, tmp_path) as session:
            answers(f"http://127.0.0.1:{port}/-/ready")
            time.sleep(20)
            query = "/api/v1/query?query=prometheus_tsdb_head_series"
            get(f"http://127.0.0.1:{port}{query}")
            taken = memory.settled(session)
            exporter.shutdown()
            judge("prometheus", taken, own.resources.limits.memory)


def moved(word: str, places: dict[str, str]) -> str:
    for place, here in places.items():
        word = word.replace(place, here)
    return word


@pytest.fixture
def database() -> Iterator[Server]:
    settings = (
        "listen_addresses = '*'\nport = 5432\nunix_socket_directories = ''\n"
        "hba_file = '/etc/postgresql/pg_hba.conf'\n"
    )
    rules = "host all all 127.0.0.1/32 scram-sha-256\n"
    with server({"postgresql.conf": settings, "pg_hba.conf": rules}) as found:
        yield found


@pytest.mark.parametrize("version", ENVIRONMENTS)
def test_airflow(version: str, tmp_path: Path, database: Server) -> None:
    generated = generate(version)
    home = tmp_path / "home"
    lay_out(generated, home)
    (home / "secrets/database/password").write_text(SUPERUSER_PASSWORD, encoding="utf-8")
    text = (home / "connection.py").read_text(encoding="utf-8")
    text = text.replace("postgres.data.svc:5432/airflow", f"127.0.0.1:{database.port}/postgres")
    (home / "connection.py").write_text(text.replace('"airflow"', '"postgres"'), encoding="utf-8")
    env = {
        "AIRFLOW__ELASTICSEARCH__HOST": "http://127.0.0.1:9",
        "AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT": str(free_port()),
        "AIRFLOW__SCHEDULER__SCHEDULER_HEALTH_CHECK_SERVER_PORT": str(free_port()),
        "AIRFLOW__API__PORT": str(port := free_port()),
        "AIRFLOW__WEBSERVER__WEB_SERVER_PORT": str(port),
        "AIRFLOW__CORE__EXECUTOR": "SequentialExecutor" if version < "3" else "LocalExecutor",
    }
    run(generated, home, "airflow", "db", "migrate", **env)
    names = ("api-server", "scheduler", "dag-processor", "triggerer")
    if version < "3":
        names = ("webserver", "scheduler", "triggerer")
    for name in names:
        taken, limit = _of_component(generated, home, f"airflow-{name}", port, env)
        judge(f"airflow {version} {name}", taken, limit)


def _of_component(
    generated: Generated, home: Path, name: str, port: int, env: dict[str, str]
) -> tuple[int, int]:
    own = generated.manifest("Deployment", name)["spec"]["template"]["spec"]["containers"][0]
    stated = {e["name"]: e["value"].replace(HOME, str(home)) for e in own["env"] if "value" in e}
    words = [word.replace("/tmp/", f"{home}/") for word in own["args"]]  # noqa: S108 - moved
    with running(generated, home, "airflow", *words, **{**stated, **env}) as process:
        if name.endswith("er") and ("web" in name or "api" in name):
            wait_until(lambda: status(f"http://127.0.0.1:{port}/") > 0, process)
        time.sleep(10)
        assert process.poll() is None
        return memory.settled(process.pid), parse_bytes(own["resources"]["limits"]["memory"])
