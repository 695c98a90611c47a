"""The Prometheus service by its version and its settings."""

from __future__ import annotations

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
