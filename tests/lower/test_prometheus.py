"""The Prometheus service by its version and its settings."""

from __future__ import annotations

from typing import Any

import yaml

from platc_compiler.diagnostics import rendering as render
from platc_compiler.pipeline import Result, compile_platform
from platc_compiler.source.source import Source
from tests.tools import ROOT

TEXT = (ROOT / "tests/real/platforms/observability.yaml").read_text(encoding="utf-8")


def compiled(settings: str) -> Result:
    text = TEXT.replace("    kind: prometheus\n", f"    kind: prometheus\n    {settings}\n")
    result = compile_platform(Source(text))
    assert not result.failed, render.as_text(result.diagnostics)
    return result


def arguments(result: Result) -> list[str]:
    file = result.files["manifests/50-workloads/monitoring/deployment-prometheus.yaml"]
    container = yaml.safe_load(file)["spec"]["template"]["spec"]["containers"][0]
    found: list[str] = container["args"]
    return found


def configuration(result: Result) -> dict[str, object]:
    found: dict[str, object] = yaml.safe_load(result.files["prometheus/prometheus.yml"])
    return found


def test_retention_stands_in_the_configuration_since_3_11() -> None:
    result = compiled("version: 3.14.0")
    # A whole number of bytes: Prometheus' own GB is 2^30.
    expected = {"tsdb": {"retention": {"time": "15d", "size": "8000000000B"}}}
    assert configuration(result)["storage"] == expected
    assert not any("retention" in argument for argument in arguments(result))


def test_retention_is_set_by_flags_before_3_11() -> None:
    result = compiled("version: 3.5.0")
    assert "storage" not in configuration(result)
    assert "--storage.tsdb.retention.time=15d" in arguments(result)
    assert "--storage.tsdb.retention.size=8000000000B" in arguments(result)


def test_compression_of_the_write_ahead_log_can_be_switched_off() -> None:
    assert "--storage.tsdb.wal-compression" in arguments(compiled("version: 3.14.0"))
    off = arguments(compiled("wal_compression: false"))
    assert "--no-storage.tsdb.wal-compression" in off


def test_blocks_leave_a_fifth_of_the_volume_where_nothing_is_said() -> None:
    text = TEXT.replace("    retention: { time: 15d, size: 8GB }\n", "")
    result = compile_platform(Source(text))
    expected = {"tsdb": {"retention": {"time": "15d", "size": f"{(10 << 30) * 8 // 10}B"}}}
    assert configuration(result)["storage"] == expected


def test_discovery_that_is_switched_off_has_no_job_and_no_alert() -> None:
    result = compiled("discover: { pods: false, services: false, kubelet: false, cadvisor: false }")
    text = result.files["prometheus/prometheus.yml"]
    jobs = {job["job_name"] for job in yaml.safe_load(text)["scrape_configs"]}
    assert not jobs & {"kubernetes-pods", "kubernetes-services", "kubelet", "cadvisor"}
    assert "VolumeNearlyFull" not in result.files["prometheus/rules/prometheus.yml"]


def test_an_alert_on_one_service_s_metrics_names_the_service() -> None:
    rules = yaml.safe_load(compiled("version: 3.14.0").files["prometheus/rules/platform.yml"])
    labels = {rule["alert"]: rule["labels"] for rule in rules["groups"][0]["rules"]}
    assert labels["HighIngestionLag"]["service"] == "pipeline"
    # Every target has an up: the sample says whose.
    assert "service" not in labels["ComponentDown"]


def _container(result: Result, name: str) -> dict[str, Any]:
    file = result.files[f"manifests/50-workloads/monitoring/deployment-{name}.yaml"]
    found: dict[str, Any] = yaml.safe_load(file)["spec"]["template"]["spec"]["containers"][0]
    return found


def _probed(container: dict[str, Any]) -> set[str]:
    return {
        container[probe]["httpGet"]["path"]
        for probe in ("startupProbe", "readinessProbe", "livenessProbe")
        if probe in container
    }


def test_links_lead_to_a_forwarded_port_where_nothing_is_said() -> None:
    result = compiled("version: 3.14.0")
    for name, port in (("prometheus", 9090), ("alertmanager", 9093)):
        container = _container(result, name)
        assert f"--web.external-url=http://localhost:{port}" in container["args"]
        assert _probed(container) == {"/-/ready", "/-/healthy"}


def test_all_who_call_follow_the_path_of_the_url() -> None:
    text = TEXT.replace(
        "    kind: prometheus\n",
        "    kind: prometheus\n    external_url: https://ops.example.com/metrics-of/shop/\n",
    ).replace(
        "    kind: alertmanager\n",
        "    kind: alertmanager\n    external_url: https://ops.example.com/alerts\n",
    )
    result = compile_platform(Source(text))
    assert not result.failed, render.as_text(result.diagnostics)
    assert _probed(_container(result, "prometheus")) == {
        "/metrics-of/shop/-/ready", "/metrics-of/shop/-/healthy",
    }  # fmt: skip
    assert _probed(_container(result, "alertmanager")) == {"/alerts/-/ready", "/alerts/-/healthy"}
    server: dict[str, Any] = yaml.safe_load(result.files["prometheus/prometheus.yml"])
    (group,) = server["alerting"]["alertmanagers"]
    assert group["path_prefix"] == "/alerts"
    paths = {job["job_name"]: job.get("metrics_path") for job in server["scrape_configs"]}
    assert paths["prometheus"] == "/metrics-of/shop/metrics"
    assert paths["alertmanager"] == "/alerts/metrics"
    texts = [text for path, text in result.files.items() if "datasources" in text]
    assert any("http://prometheus.monitoring.svc:9090/metrics-of/shop\n" in t for t in texts)
