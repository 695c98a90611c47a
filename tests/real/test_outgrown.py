"""A Prometheus that others take over from, by what platc emits: real servers, real sidecar."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest
import yaml

from platc_compiler.pipeline import Result
from tests.real.postgres_server import free_port
from tests.real.running_workload import built, with_changes
from tests.real.scraped import Asked
from tests.tools import ROOT, tool

pytestmark = pytest.mark.e2e

PLATFORM = ROOT / "tests/golden/platforms/outgrown.yaml"
SECRETS = {
    "token": "of-mimir",
    "password": "of-all",
    "objstore.yml": "type: FILESYSTEM\nconfig: { directory: ARCHIVE }\n",
}


@dataclass
class Gate:
    """A server before real ones, which remembers the headers of each path."""

    behind: Mapping[str, int]
    """The port of a Prometheus by path."""
    seen: dict[str, Mapping[str, str]] = field(default_factory=dict)

    @contextmanager
    def open(self) -> Iterator[int]:
        """Pass on what is written or asked at any path, and yield the port."""
        gate = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                gate.seen[self.path] = dict(self.headers.items())
                body = self.rfile.read(int(self.headers["Content-Length"]))
                behind = HTTPConnection("127.0.0.1", gate.behind[self.path], timeout=10)
                sent = {k: v for k, v in self.headers.items() if k.lower() != "host"}
                behind.request("POST", "/api/v1/write", body, sent)
                answer = behind.getresponse()
                said = answer.read()
                behind.close()
                self.send_response(answer.status)
                self.send_header("Content-Length", str(len(said)))
                for name, value in answer.getheaders():
                    if name.startswith("X-Prometheus"):
                        self.send_header(name, value)
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, format: str, *_: object) -> None:  # noqa: A002 - of the base
                """Write nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield int(server.server_address[1])
        finally:
            server.shutdown()
            server.server_close()


@dataclass(frozen=True)
class Running:
    """Everything that runs."""

    own: Asked
    """The Prometheus that platc configures."""
    taker: Asked
    """A Prometheus that takes everything."""
    mimir: Asked
    """A Prometheus in the place of Mimir, which takes what is named."""
    shop: str
    """Host and port of a Prometheus that is federated."""
    query: Asked
    """Thanos Query, which asks the sidecar."""
    gate: Gate
    sidecar: str
    archive: Path


def container(result: Result, name: str) -> dict[str, Any]:
    path = "manifests/50-workloads/monitoring/deployment-prometheus.yaml"
    pod = yaml.safe_load(result.files[path])["spec"]["template"]["spec"]
    found: dict[str, Any] = next(each for each in pod["containers"] if each["name"] == name)
    return found


@contextmanager
def process(command: list[str], ready: str, log: Path) -> Iterator[None]:
    """Run a program from the moment at which it is ready."""
    with log.open("wb") as out:
        running = subprocess.Popen(command, stdout=out, stderr=out)
        try:
            end = time.monotonic() + 90
            while not answers(ready):
                said = log.read_text(encoding="utf-8")[-3000:]
                assert running.poll() is None, said
                assert time.monotonic() < end, said
                time.sleep(0.3)
            yield
        finally:
            running.kill()
            running.wait(timeout=30)


def answers(url: str) -> bool:
    try:
        urlopen(url, timeout=5).close()  # noqa: S310 - of this machine
    except HTTPError as refused:
        refused.close()
        return False
    except (URLError, OSError):
        return False
    return True


def blocks(folder: Path) -> None:
    """Write blocks of past hours, as Prometheus leaves them."""
    now = int(time.time())
    lines = [f"old_total {n} {now - 24 * 3600 + n * 60}" for n in range(8 * 60)]
    text = folder / "old.txt"
    text.write_text("# TYPE old counter\n" + "\n".join(lines) + "\n# EOF\n", encoding="utf-8")
    command = [str(tool("promtool")), "tsdb", "create-blocks-from", "openmetrics", str(text)]
    subprocess.run([*command, str(folder / "data")], check=True, capture_output=True, timeout=60)


def configured(result: Result, folder: Path, ports: Mapping[str, int]) -> Path:
    """Write the emitted configuration, with the addresses and files of this machine."""
    secrets = folder / "secrets/metrics"
    secrets.mkdir(parents=True)
    for key, value in SECRETS.items():
        text = value.replace("ARCHIVE", str(folder / "archive"))
        (secrets / key).write_text(text, encoding="utf-8")
    stated = yaml.safe_load(
        with_changes(
            result.files["prometheus/prometheus.yml"],
            {
                "/etc/prometheus/secrets": str(folder / "secrets"),
                "https://mimir.example.com:443": f"http://127.0.0.1:{ports['gate']}",
                "prometheus.shop.svc:9090": f"127.0.0.1:{ports['shop']}",
                "localhost:9090": f"127.0.0.1:{ports['own']}",
                "localhost:10902": f"127.0.0.1:{ports['sidecar']}",
            },
        )
    )
    here = {"of-shop", "prometheus", "prometheus-thanos"}
    stated["scrape_configs"] = [
        {**job, "scrape_interval": "1s", "scrape_timeout": "1s"}
        for job in stated["scrape_configs"]
        if job["job_name"] in here
    ]
    for remote in stated["remote_write"]:
        # The gate has no certificate.
        remote.pop("tls_config", None)
    file = folder / "prometheus.yml"
    file.write_text(yaml.safe_dump(stated | {"rule_files": []}), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder, result = tmp_path_factory.mktemp("outgrown"), built(PLATFORM)
    names = ("own", "taker", "mimir", "shop", "sidecar", "grpc", "query", "query_grpc")
    ports = {name: free_port() for name in names}
    at = {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
    gate = Gate({"/all/push": ports["taker"], "/api/v1/push": ports["mimir"]})
    targets = [{"targets": [f"127.0.0.1:{ports['shop']}"]}]
    (folder / "shop.yml").write_text(
        yaml.safe_dump({
            "global": {"scrape_interval": "1s"},
            "scrape_configs": [{"job_name": "b", "static_configs": targets}],
        }),
        encoding="utf-8",
    )  # fmt: skip
    for name in ("taker", "mimir"):
        (folder / f"{name}.yml").write_text("{}", encoding="utf-8")
    blocks(folder)
    with ExitStack() as stack:
        ports["gate"] = stack.enter_context(gate.open())
        listen, takes = "--web.listen-address=127.0.0.1", ["--web.enable-remote-write-receiver"]
        for name, more in (("taker", takes), ("mimir", takes), ("shop", [])):
            stack.enter_context(
                process(
                    [str(tool("prometheus")), f"{listen}:{ports[name]}", *more,
                     f"--config.file={folder}/{name}.yml", f"--storage.tsdb.path={folder}/{name}"],
                    f"{at[name]}/-/ready", folder / f"{name}.log",
                )
            )  # fmt: skip
        moved = {
            "/etc/prometheus/prometheus.yml": str(configured(result, folder, ports)),
            "=/prometheus": f"={folder}/data",
            "/etc/thanos": f"{folder}/secrets/metrics",
            "http://localhost:9090": at["own"],
            "0.0.0.0:10901": f"127.0.0.1:{ports['grpc']}",
            "0.0.0.0:10902": f"127.0.0.1:{ports['sidecar']}",
        }
        own, sidecar = (
            [with_changes(word, moved) for word in container(result, name)["args"]]
            for name in ("prometheus", "thanos")
        )
        stack.enter_context(
            process(
                [str(tool("prometheus")), *own, f"{listen}:{ports['own']}"],
                f"{at['own']}/metrics/-/ready", folder / "own.log",
            )
        )  # fmt: skip
        stack.enter_context(
            process(
                [str(tool("thanos")), *sidecar], f"{at['sidecar']}/-/ready", folder / "sidecar.log"
            )
        )
        stack.enter_context(
            process(
                [str(tool("thanos")), "query", f"--endpoint=127.0.0.1:{ports['grpc']}",
                 f"--http-address=127.0.0.1:{ports['query']}",
                 f"--grpc-address=127.0.0.1:{ports['query_grpc']}"],
                f"{at['query']}/-/ready", folder / "query.log",
            )
        )  # fmt: skip
        yield Running(
            Asked(f"{at['own']}/metrics"), Asked(at["taker"]), Asked(at["mimir"]),
            f"127.0.0.1:{ports['shop']}", Asked(at["query"]), gate, at["sidecar"],
            folder / "archive",
        )  # fmt: skip


def asked_for(running: Running, path: str) -> Mapping[str, str]:
    """Return the headers of a request, as soon as there is one: few samples wait for more."""
    end = time.monotonic() + 60
    while path not in running.gate.seen:
        assert time.monotonic() < end, running.gate.seen.keys()
        time.sleep(0.2)
    return running.gate.seen[path]


def test_samples_arrive_with_the_labels_that_tell_the_sender(running: Running) -> None:
    running.taker.until('up{job="prometheus",cluster="main"} == 1')
    running.taker.until('prometheus_build_info{cluster="main"}')
    assert not running.taker.query('up{cluster!="main"}')


def test_mimir_is_told_the_tenant_and_the_token(running: Running) -> None:
    headers = asked_for(running, "/api/v1/push")
    assert headers["X-Scope-Orgid"] == "shop"
    assert headers["Authorization"] == "Bearer of-mimir"
    other = asked_for(running, "/all/push")
    assert "X-Scope-Orgid" not in other
    assert other["Authorization"].startswith("Basic ")


def test_only_the_named_metrics_are_sent(running: Running) -> None:
    running.mimir.until('up{job="prometheus",cluster="main"} == 1')
    [(labels, _)] = running.mimir.query('count by (__name__) ({cluster="main"})')
    assert labels == {"__name__": "up"}


def test_series_of_another_prometheus_keep_their_labels(running: Running) -> None:
    [(labels, _)] = running.own.until('up{job="b"}')
    assert labels["instance"] == running.shop
    assert "service" not in labels
    assert running.own.until('up{job="of-shop",service="shop"} == 1')
    # What no selector names does not come.
    assert not running.own.query('prometheus_build_info{job="b"}')


def test_the_alerts_on_what_is_sent_find_their_series(running: Running) -> None:
    rules = yaml.safe_load(built(PLATFORM).files["prometheus/rules/prometheus.yml"])["groups"][0]
    conditions = [
        rule["expr"]
        for rule in rules["rules"]
        if rule.get("alert", "").startswith("PrometheusRemoteWrite")
    ]
    assert len(conditions) == 2
    for condition in conditions:
        left, _, limit = condition.rpartition(" > ")
        # Both servers have taken all that was sent.
        running.own.until(f"count({left} <= {limit}) == 2")


def test_thanos_sees_what_prometheus_has(running: Running) -> None:
    [(labels, _)] = running.query.until('up{job="prometheus",cluster="main"} == 1')
    assert labels["service"] == "prometheus"


def test_thanos_uploads_blocks_with_the_labels_that_tell_them_apart(running: Running) -> None:
    uploaded = 'thanos_shipper_uploads_total{job="prometheus-thanos"} >= 1'
    running.own.until(uploaded, within=120)
    metas = list(running.archive.glob("*/meta.json"))
    assert metas
    assert '"cluster": "main"' in metas[0].read_text(encoding="utf-8")


def test_the_sidecar_serves_the_metrics_of_the_catalogue(running: Running) -> None:
    text = (ROOT / "compiler/platc_compiler/expressions/exported_metrics/thanos.txt").read_text(
        encoding="utf-8"
    )
    running.own.until('thanos_shipper_uploads_total{job="prometheus-thanos"} >= 1', within=120)
    for line in text.splitlines()[1:]:
        name = line.split()[1]
        assert running.own.query(f'{name}{{job="prometheus-thanos"}}'), name


def test_without_equal_lengths_of_blocks_the_sidecar_would_never_be_ready(
    running: Running, tmp_path: Path
) -> None:
    port, http, grpc = free_port(), free_port(), free_port()
    store = tmp_path / "objstore.yml"
    store.write_text(f"type: FILESYSTEM\nconfig: {{ directory: {tmp_path}/a }}\n", "utf-8")
    with process(
        [str(tool("prometheus")), f"--config.file={running.archive.parent}/taker.yml",
         f"--storage.tsdb.path={tmp_path}/data", f"--web.listen-address=127.0.0.1:{port}"],
        f"http://127.0.0.1:{port}/-/ready", tmp_path / "prometheus.log",
    ):  # fmt: skip
        done = subprocess.Popen(
            [str(tool("thanos")), "sidecar", f"--prometheus.url=http://127.0.0.1:{port}",
             f"--objstore.config-file={store}", f"--tsdb.path={tmp_path}/data",
             f"--http-address=127.0.0.1:{http}", f"--grpc-address=127.0.0.1:{grpc}"],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        try:
            time.sleep(8)
            assert not answers(f"http://127.0.0.1:{http}/-/ready")
        finally:
            done.kill()
        assert "Compaction needs to be disabled" in done.communicate(timeout=30)[0]
