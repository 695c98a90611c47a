"""What platc writes for Prometheus, read by Prometheus' own promtool."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import yaml

from platc_compiler.ir.observability import TOKEN
from tests.real.built import MONITORED, build, result_of
from tests.real.fake_discovery import Object, api_server
from tests.tools import ROOT, tool

PLATFORMS = pytest.mark.parametrize("platform", MONITORED, ids=lambda p: p.parent.name)
OBSERVED = ROOT / "tests/real/platforms/observability.yaml"


def promtool(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [str(tool("promtool")), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)


def said(done: subprocess.CompletedProcess[str]) -> str:
    return done.stdout + done.stderr


@PLATFORMS
def test_the_configuration_is_accepted_with_all_its_rules(platform: Path, tmp_path: Path) -> None:
    build(platform, tmp_path)
    config = tmp_path / "prometheus/prometheus.yml"
    token = tmp_path / "token"
    token.write_text("of the service account", encoding="utf-8")
    config.write_text(
        config.read_text(encoding="utf-8").replace(TOKEN, str(token)), encoding="utf-8"
    )
    done = promtool("check", "config", "--lint=all", "--lint-fatal", config)
    assert done.returncode == 0, said(done)
    assert "rules found" in said(done)


def test_the_configuration_is_accepted_with_servers_below_a_path(tmp_path: Path) -> None:
    text = OBSERVED.read_text(encoding="utf-8")
    for kind in ("prometheus", "alertmanager"):
        url = f"https://ops.example.com/watch/{kind}/"
        text = text.replace(f"kind: {kind}\n", f"kind: {kind}\n    external_url: {url}\n")
    platform = tmp_path / "platform.yaml"
    platform.write_text(text, encoding="utf-8")
    build(platform, tmp_path)
    config = tmp_path / "prometheus/prometheus.yml"
    accepted = config.read_text(encoding="utf-8")
    assert "path_prefix: /watch/alertmanager" in accepted
    assert "metrics_path: /watch/prometheus/metrics" in accepted
    config.write_text(accepted.replace(TOKEN, str(config)), encoding="utf-8")
    done = promtool("check", "config", config)
    assert done.returncode == 0, said(done)


def pairs(platform: Path) -> dict[str, tuple[str, str]]:
    """Return the rules and their tests by the path of the tests."""
    files = result_of(platform).files
    return {
        path: (rules_of(path, files), text)
        for path, text in files.items()
        if path.endswith(".test.yml")
    }


def rules_of(path: str, files: Mapping[str, str]) -> str:
    """Return the rules that a file tests; those of Grafana stand beside it."""
    beside = path.replace(".test.yml", ".rules.yml")
    return files.get(beside) or files[path.replace("/tests/", "/rules/").replace(".test.", ".")]


# Those after the second, the reference, say little that it does not, and take minutes.
@pytest.mark.parametrize(
    "platform",
    [
        pytest.param(
            platform, marks=[pytest.mark.e2e] if number > 1 else [], id=platform.parent.name
        )
        for number, platform in enumerate(MONITORED)
    ],
)
def test_every_alert_fires_and_stays_silent_as_its_samples_say(
    platform: Path, tmp_path: Path
) -> None:
    build(platform, tmp_path)
    # promtool takes seconds for some: what another platform has just as well is judged there.
    earlier = MONITORED[: MONITORED.index(platform)]
    judged = {pair for other in earlier for pair in pairs(other).values()}
    left = [tmp_path / path for path, pair in pairs(platform).items() if pair not in judged]
    assert left
    done = promtool("test", "rules", *left)
    assert done.returncode == 0, said(done)


def test_alerts_on_volumes_fire_and_stay_silent_where_volumes_are_measured(tmp_path: Path) -> None:
    platform = tmp_path / "platform.yaml"
    text = OBSERVED.read_text(encoding="utf-8")
    platform.write_text(text.replace("distribution: kind", "distribution: eks"), encoding="utf-8")
    build(platform, tmp_path)
    tests = tmp_path / "prometheus/tests/prometheus.test.yml"
    assert "VolumeFillingUp fires" in tests.read_text(encoding="utf-8")
    done = promtool("test", "rules", tests)
    assert done.returncode == 0, said(done)


@PLATFORMS
def test_every_alert_has_a_case_of_each_sort(platform: Path, tmp_path: Path) -> None:
    result = build(platform, tmp_path)
    alerts = {
        rule["alert"]
        for file in (tmp_path / "prometheus").glob("*/*.yml")
        if not file.name.endswith(".test.yml")
        for group in yaml.safe_load(file.read_text(encoding="utf-8"))["groups"]
        for rule in group["rules"]
        if "alert" in rule
    }
    cases = {
        case["name"]
        for file in (tmp_path / "prometheus/tests").glob("*.test.yml")
        for case in yaml.safe_load(file.read_text(encoding="utf-8"))["tests"]
    }
    untested = {d.path.rpartition(".")[2] for d in result.diagnostics if d.code == "PLT406"}
    # The watchdog fires whatever the samples.
    expected = {f"{a} fires" for a in alerts - untested}
    expected |= {f"{a} stays silent" for a in alerts - untested - {"Watchdog"}}
    assert cases == expected


def test_a_test_fails_when_the_samples_do_not_make_the_alert_fire(tmp_path: Path) -> None:
    text = OBSERVED.read_text(encoding="utf-8")
    wrong = text.replace('component="kafka"} 301', 'component="kafka"} 299')
    assert wrong != text
    platform = tmp_path / "platform.yaml"
    platform.write_text(wrong, encoding="utf-8")
    build(platform, tmp_path)
    done = promtool("test", "rules", tmp_path / "prometheus/tests/platform.test.yml")
    assert done.returncode != 0
    assert "HighIngestionLag" in said(done)


def test_a_user_s_own_configuration_is_merged_by_the_names_of_jobs(tmp_path: Path) -> None:
    build(OBSERVED, tmp_path)
    config = yaml.safe_load((tmp_path / "prometheus/prometheus.yml").read_text(encoding="utf-8"))
    jobs = {job["job_name"]: job for job in config["scrape_configs"]}
    assert config["global"]["scrape_timeout"] == "10s"
    assert jobs["kafka"]["scrape_interval"] == "30s"
    assert len(jobs["kafka"]["static_configs"][0]["targets"]) == 3
    assert "extra" in jobs


def pod(namespace: str, name: str, address: str, labels: dict[str, str], **more: Any) -> Object:  # noqa: ANN401
    ports = more.get("ports", [8080])
    return {
        "metadata": {
            "namespace": namespace,
            "name": name,
            "uid": name,
            "labels": labels,
            "annotations": more.get("annotations", {}),
        },
        "spec": {
            "nodeName": "node-1",
            "containers": [
                {"name": "main", "image": "x", "ports": [{"containerPort": p} for p in ports]}
            ],
        },
        "status": {"phase": more.get("phase", "Running"), "podIP": address, "hostIP": "10.0.0.1"},
    }


def own(component: str, instance: str, name: str) -> dict[str, str]:
    prefix = "app.kubernetes.io"
    return {
        f"{prefix}/component": component,
        f"{prefix}/instance": instance,
        f"{prefix}/name": name,
    }


SCRAPE = {"prometheus.io/scrape": "true", "prometheus.io/port": "8080"}
PODS = [
    pod("apps", "pipeline-1", "10.1.0.1", own("main", "pipeline", "workload"),
        annotations=SCRAPE, ports=[8080, 9999]),
    pod("apps", "pipeline-2", "10.1.0.2", own("main", "pipeline", "workload"),
        annotations=SCRAPE, phase="Succeeded"),
    pod("apps", "foreign-1", "10.1.0.3", {"app.kubernetes.io/instance": "foreign"},
        annotations={**SCRAPE, "prometheus.io/path": "/stats", "prometheus.io/port": "7000"}),
    pod("apps", "quiet-1", "10.1.0.4", {"app": "quiet"}),
    pod("monitoring", "alertmanager-1", "fd00::5", own("server", "alertmanager", "alertmanager")),
    pod("node-agents", "node-exporter-1", "10.0.0.1",
        own("exporter", "node-exporter", "node-exporter"), annotations=SCRAPE),
    pod("spark-operator", "driver-1", "10.2.0.1", {"spark-role": "driver"}, annotations=SCRAPE),
    pod("spark-operator", "driver-2", "10.2.0.2", {"spark-role": "driver"}),
]  # fmt: skip
NODES = [
    {
        "metadata": {"name": "node-1", "uid": "n1", "labels": {}},
        "status": {
            "addresses": [{"type": "InternalIP", "address": "10.0.0.1"}],
            "daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}},
        },
    }
]


def discovered(config: Path, job: str) -> list[dict[str, str]]:
    """Return the labels of a job's targets, after relabelling."""
    done = promtool("check", "service-discovery", "--timeout=3s", config, job)
    assert done.returncode == 0, said(done)
    return [target["labels"] for target in json.loads(done.stdout) if target.get("labels")]


def test_discovery_finds_each_pod_once_and_names_its_service(tmp_path: Path) -> None:
    build(OBSERVED, tmp_path)
    config = tmp_path / "prometheus/prometheus.yml"
    with api_server({"pods": PODS, "nodes": NODES, "services": [], "endpointslices": []}) as url:
        data = yaml.safe_load(config.read_text(encoding="utf-8"))
        for job in data["scrape_configs"]:
            for discovery in job.get("kubernetes_sd_configs", ()):
                discovery["api_server"] = url
            if "authorization" in job:
                token = tmp_path / "token"
                token.write_text("t", encoding="utf-8")
                job["authorization"]["credentials_file"] = str(token)
        config.write_text(yaml.safe_dump(data), encoding="utf-8")
        jobs = ("pipeline", "kubernetes-pods", "spark", "alertmanager", "node-exporter", "cadvisor")
        with ThreadPoolExecutor() as pool:
            found = dict(
                zip(jobs, pool.map(lambda job: discovered(config, job), jobs), strict=True)
            )
    addresses = {
        job: {labels["__address__"] for labels in targets} for job, targets in found.items()
    }
    assert addresses == {
        "pipeline": {"10.1.0.1:8080"},
        "kubernetes-pods": {"10.1.0.3:7000"},
        "spark": {"10.2.0.1:8080"},
        "alertmanager": {"[fd00::5]:9093"},
        "node-exporter": {"10.0.0.1:9100"},
        "cadvisor": {"10.0.0.1:10250"},
    }
    assert found["pipeline"][0]["service"] == "pipeline"
    assert found["kubernetes-pods"][0]["service"] == "foreign"
    assert found["kubernetes-pods"][0]["__metrics_path__"] == "/stats"
    assert found["node-exporter"][0]["instance"] == "node-1"


def test_what_asks_is_found_in_stated_namespaces_and_on_stated_ports_alone(tmp_path: Path) -> None:
    build(ROOT / "tests/golden/platforms/annotated.yaml", tmp_path)
    config = tmp_path / "prometheus/prometheus.yml"

    def asking(namespace: str, name: str, address: str, port: int) -> Object:
        stated = {"prometheus.io/scrape": "true", "prometheus.io/port": str(port)}
        return pod(namespace, name, address, {}, annotations=stated, ports=[port])

    pods = [
        asking("shop", "right", "10.1.0.1", 9102), asking("brokers", "there", "10.1.0.2", 9308),
        asking("shop", "other-port", "10.1.0.3", 9103), asking("shop", "longer", "10.1.0.4", 19102),
        asking("monitoring", "elsewhere", "10.1.0.5", 9102),
    ]  # fmt: skip
    with api_server({"pods": pods, "nodes": [], "services": [], "endpointslices": []}) as url:
        data = yaml.safe_load(config.read_text(encoding="utf-8"))
        for job in data["scrape_configs"]:
            for discovery in job.get("kubernetes_sd_configs", ()):
                discovery["api_server"] = url
            job.pop("authorization", None)
        config.write_text(yaml.safe_dump(data), encoding="utf-8")
        found = discovered(config, "kubernetes-pods")
    assert {labels["__address__"] for labels in found} == {"10.1.0.1:9102", "10.1.0.2:9308"}
