"""The expected series, memory and disk, beside what real programs serve and Prometheus takes."""

from __future__ import annotations

import json
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.request import urlopen

import pytest
import yaml

from platc_compiler.monitoring import series as expectation
from platc_compiler.pipeline import Result, compile_platform
from platc_compiler.source.source import Source
from tests.golden.pins import PLATFORMS
from tests.real import memory
from tests.real.postgres_server import free_port
from tests.real.scraped import prometheus
from tests.tools import tool

pytestmark = pytest.mark.e2e

FACTOR = 2
"""How far an estimate may be from what is measured."""


@pytest.fixture(scope="module")
def compiled() -> Result:
    result = compile_platform(Source(PLATFORMS["series"].read_text("utf-8")))
    assert not result.failed
    return result


def expected(result: Result, job: str) -> expectation.Expected:
    assert result.platform is not None
    found = expectation.estimate(result.platform)
    assert found is not None
    return next(each for each in found.jobs if each.job == job)


@contextmanager
def served(text: str) -> Iterator[str]:
    """Serve metrics, and give the address."""

    class Metrics(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, format: str, *_: object) -> None:  # noqa: A002 - of the base
            """Write nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Metrics)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def declared(shops: int) -> str:
    """Return what the service ``web`` of the platform serves with so many shops."""
    lines = [
        f'orders_total{{shop="{shop}",country="{country}"}} 1'
        for shop in range(shops)
        for country in range(5)
    ]
    for queue in range(3):
        lines += [
            f'wait_seconds_bucket{{queue="{queue}",le="{le}"}} 1' for le in (1, 5, 30, "+Inf")
        ]
        lines += [f'wait_seconds_{end}{{queue="{queue}"}} 1' for end in ("sum", "count")]
    lines += [f"python_own_{number} 1" for number in range(45)]
    return "\n".join((*lines, ""))


def moved(address: str) -> dict[str, object]:
    return {
        "static_configs": [{"targets": [address]}], "kubernetes_sd_configs": None,
        "relabel_configs": None, "scrape_interval": "1s",
    }  # fmt: skip


@pytest.mark.parametrize(("shops", "accepted"), [(40, True), (400, False)])
def test_a_target_is_refused_beyond_its_margin_alone(
    shops: int,
    *,
    accepted: bool,
    compiled: Result,
    tmp_path: Path,
) -> None:
    text = declared(shops)
    emitted = compiled.files["prometheus/prometheus.yml"]
    with served(text) as address, prometheus(emitted, {"web": moved(address)}, tmp_path) as asked:
        [(_, up)] = asked.until('up{job="web"}')
        assert up == accepted
        stored = len(asked.query('{job="web"}'))
    if accepted:
        own = expected(compiled, "web")
        wanted = own.series + expectation.OF_A_TARGET
        assert wanted / FACTOR <= stored <= wanted


@pytest.mark.parametrize("job", ["node-exporter", "prometheus"])
def test_an_exporter_serves_what_is_expected(job: str, compiled: Result, tmp_path: Path) -> None:
    port = free_port()
    listen = f"--web.listen-address=127.0.0.1:{port}"
    (tmp_path / "empty.yml").write_text("{}", encoding="utf-8")
    words = {
        "node-exporter": ["node_exporter", listen],
        "prometheus": ["prometheus", listen, f"--config.file={tmp_path}/empty.yml",
                       f"--storage.tsdb.path={tmp_path}/data"],
    }[job]  # fmt: skip
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen([tool(words[0]), *words[1:]], stdout=log, stderr=log)
    try:
        text = until_served(f"http://127.0.0.1:{port}/metrics")
    finally:
        process.terminate()
        process.wait(timeout=30)
    found = sum(1 for line in text.splitlines() if line and not line.startswith("#"))
    wanted = expected(compiled, job).series
    assert wanted / FACTOR <= found <= wanted * FACTOR


def until_served(address: str) -> str:
    end = time.monotonic() + 30
    while True:
        try:
            with urlopen(address, timeout=5) as answer:  # noqa: S310 - of this machine
                return bytes(answer.read()).decode()
        except OSError:
            assert time.monotonic() < end, address
            time.sleep(0.2)


def test_series_take_no_more_memory_than_expected(tmp_path: Path) -> None:
    number, port = 60_000, free_port()
    text = "".join(f'fed{{one="{n % 300}",other="{n // 300}"}} {n}\n' for n in range(number))
    with served(text) as address:
        config = {
            "global": {"scrape_interval": "3s"},
            "scrape_configs": [{"job_name": "fed", "static_configs": [{"targets": [address]}]}],
        }
        (tmp_path / "prometheus.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
        with (tmp_path / "log").open("wb") as log:
            process = subprocess.Popen(
                [tool("prometheus"), f"--config.file={tmp_path}/prometheus.yml",
                 f"--storage.tsdb.path={tmp_path}/data", f"--web.listen-address=127.0.0.1:{port}"],
                stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        try:
            status = f"http://127.0.0.1:{port}/api/v1/status/tsdb"
            end = time.monotonic() + 60
            while json.loads(until_served(status))["data"]["headStats"]["numSeries"] < number:
                assert time.monotonic() < end
                time.sleep(0.5)
            taken = memory.settled(process.pid)
        finally:
            process.terminate()
            process.wait(timeout=60)
    wanted = expectation.BASE + number * expectation.PER_SERIES
    print(f"\n{number} series: {taken / memory.MIB:.0f} MiB of {wanted / memory.MIB:.0f} MiB")
    # It has just started: no chunk has been full, no query has been asked.
    assert wanted / (2 * FACTOR) <= taken <= wanted


def test_samples_take_no_more_disk_than_expected(tmp_path: Path) -> None:
    """Counters and gauges as exporters have them, for two hours, in a block of the real tsdb."""
    number, begin, step = 400, 1_700_000_000 // 7200 * 7200, 15
    samples = 2 * 3600 // step
    lines = ["# TYPE fed gauge"]
    lines += [
        f'fed{{one="{one}"}} {one * 1000 + (at * (one % 7)) + (at * at * one) % 13} '
        f"{begin + at * step}"
        for one in range(number)
        for at in range(samples)
    ]
    (tmp_path / "fed.txt").write_text("\n".join((*lines, "# EOF", "")), encoding="utf-8")
    subprocess.run(
        [tool("promtool"), "tsdb", "create-blocks-from", "openmetrics", tmp_path / "fed.txt",
         tmp_path / "data"],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    size = sum(file.stat().st_size for file in (tmp_path / "data").rglob("*") if file.is_file())
    each = size / (number * samples)
    print(f"\n{each:.2f} bytes a sample, {expectation.PER_SAMPLE} are expected")
    assert expectation.PER_SAMPLE / (2 * FACTOR) <= each <= expectation.PER_SAMPLE * FACTOR
