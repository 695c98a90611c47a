"""The real blackbox_exporter asks living and dead servers, by the jobs that platc emits."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
import yaml
from tools.servers_to_probe import VALID, dns_server, web_server

from platc_compiler.pipeline import Result
from tests.real import memory
from tests.real.built import result_of
from tests.real.postgres_server import free_port
from tests.real.scraped import prometheus
from tests.tools import ROOT, tool

pytestmark = pytest.mark.e2e

PLATFORM = ROOT / "tests/golden/platforms/probes.yaml"


@dataclass(frozen=True)
class Prober:
    """A prober that runs on what platc emits."""

    result: Result
    port: int
    session: int
    limit: str

    def jobs(self, answering: dict[str, str]) -> dict[str, dict[str, Any]]:
        """Return the emitted jobs with targets on this machine; those not given are dead."""
        found = {}
        emitted = yaml.safe_load(self.result.files["prometheus/prometheus.yml"])
        for job in emitted["scrape_configs"]:
            if job["job_name"].startswith("probe-"):
                for group in job["static_configs"]:
                    group["targets"] = [
                        answering.get(target, _dead(target)) for target in group["targets"]
                    ]
                rules = yaml.safe_dump(job["relabel_configs"])
                rules = rules.replace("blackbox.monitoring.svc:9115", f"127.0.0.1:{self.port}")
                found[job["job_name"]] = {
                    "static_configs": job["static_configs"], "scrape_interval": "2s",
                    "scrape_timeout": "2s", "relabel_configs": yaml.safe_load(rules),
                }  # fmt: skip
        return found


def _dead(target: str) -> str:
    scheme, found, _ = target.partition("://")
    return f"{scheme}://127.0.0.1:1/" if found else "127.0.0.1:1"


@contextmanager
def prober(folder: Path, trust: Path | None = None, platform: Path = PLATFORM) -> Iterator[Prober]:
    """Run the prober; ``trust`` is a certificate that it takes for a good one."""
    result = result_of(platform)
    config = yaml.safe_load(
        result.files["manifests/30-config/monitoring/configmap-blackbox-config.yaml"]
    )
    modules = yaml.safe_load(config["data"]["blackbox.yml"])
    if trust is not None:
        tls = {"ca_file": str(trust), "server_name": "localhost"}
        modules["modules"]["https"]["http"]["tls_config"] = tls
        modules["modules"]["tls"]["tcp"]["tls_config"] = tls
    (folder / "blackbox.yml").write_text(yaml.safe_dump(modules), encoding="utf-8")
    pod = yaml.safe_load(
        result.files["manifests/50-workloads/monitoring/deployment-blackbox.yaml"]
    )["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    (argument,) = container["args"]
    port = free_port()
    command = [
        str(tool("blackbox_exporter")), argument.replace("/etc/blackbox_exporter", str(folder)),
        f"--web.listen-address=127.0.0.1:{port}",
    ]  # fmt: skip
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
        try:
            path = container["readinessProbe"]["httpGet"]["path"]
            end = time.monotonic() + 60
            while True:
                try:
                    urlopen(f"http://127.0.0.1:{port}{path}", timeout=5).close()
                except OSError:
                    assert time.monotonic() < end, (folder / "log").read_text(encoding="utf-8")
                    time.sleep(0.3)
                else:
                    break
            limit = container["resources"]["limits"]["memory"]
            yield Prober(result, port, process.pid, limit)
        finally:
            process.kill()
            process.wait(timeout=30)


def test_living_and_dead_services_are_told_apart(tmp_path: Path) -> None:
    with (
        web_server() as plain,
        web_server(tmp_path) as secure,
        dns_server() as names,
        prober(tmp_path, tmp_path / "server.pem") as running,
    ):
        answering = {
            "http://shop.shop.svc:8080/ready": f"http://127.0.0.1:{plain}/302",
            "https://shop.example.com/store": f"https://localhost:{secure}/401",
            "queue.example.com:5671": f"127.0.0.1:{plain}",
            "queue.example.com:443": f"localhost:{secure}",
            "names.shop.svc:53": f"127.0.0.1:{names}",
        }
        emitted = running.result.files["prometheus/prometheus.yml"]
        with prometheus(emitted, running.jobs(answering), tmp_path) as asked:
            asked.until("count(probe_success) == 7")
            found = {
                (labels["job"], labels["service"]): value
                for labels, value in asked.query("probe_success")
            }
            assert found == {
                ("probe-http", "shop"): 1, ("probe-http", "prometheus"): 0,
                ("probe-https", "shop"): 1, ("probe-tcp", "queue"): 1, ("probe-tcp", "shop"): 0,
                ("probe-tls", "queue"): 1, ("probe-dns", "names"): 1,
            }  # fmt: skip
            # The prober itself is up, and it is the prober that `up` speaks of.
            ups = asked.query('up{job=~"probe-.*"}')
            assert {(labels["service"], value) for labels, value in ups} == {("blackbox", 1)}
            rules = yaml.safe_load(running.result.files["prometheus/rules/blackbox.yml"])
            alerts = {rule["alert"]: rule["expr"] for rule in rules["groups"][0]["rules"]}
            assert {labels["service"] for labels, _ in asked.query(alerts["ProbeFailed"])} == {
                "prometheus", "shop",
            }  # fmt: skip
            # The certificate is valid for nine days.
            assert VALID.days == 9
            soon = asked.query(alerts["CertificateExpiresSoon"])
            assert {labels["service"] for labels, _ in soon} == {"shop", "queue"}
            assert not asked.query(alerts["CertificateExpiresNow"])
        taken = memory.settled(running.session)
        assert running.limit == "64Mi"
        print(f"\nblackbox_exporter: {taken / memory.MIB:.0f} MiB")
        assert taken <= 0.9 * (64 << 20)


@pytest.mark.parametrize(
    ("module", "target", "good"),
    [
        ("http", "/204", 1), ("http", "/404", 0), ("http", "/500", 0), ("http", "/401", 0),
        ("https", "/401", 1), ("https", "/404", 0), ("https", "/503", 0),
    ],
)  # fmt: skip
def test_an_answer_is_judged_by_its_status(
    module: str, target: str, good: int, tmp_path: Path
) -> None:
    with web_server() as plain, web_server(tmp_path) as secure:
        base = f"https://localhost:{secure}" if module == "https" else f"http://127.0.0.1:{plain}"
        with prober(tmp_path, tmp_path / "server.pem") as running:
            address = f"http://127.0.0.1:{running.port}/probe?module={module}&target={base}{target}"
            with urlopen(address, timeout=20) as answer:
                assert f"\nprobe_success {good}\n" in answer.read().decode()


def test_a_certificate_that_nobody_trusts_is_no_good_answer(tmp_path: Path) -> None:
    with web_server(tmp_path) as secure, prober(tmp_path) as running:
        target = f"https://localhost:{secure}/"
        address = f"http://127.0.0.1:{running.port}/probe?module=https&target={target}"
        with urlopen(address, timeout=20) as answer:
            assert "\nprobe_success 0\n" in answer.read().decode()
