"""The metrics of well-known exporters, and the alerts that are made of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from tools.catalogue import catalogue as lines_of

from platc_compiler.expressions.promql import parse, selectors
from platc_compiler.lower import exported_metrics as catalogue
from platc_compiler.lower.kube_state_alerts import kube_state_alerts
from platc_compiler.pipeline import compile_platform
from platc_compiler.source.source import Source
from tests.tools import ROOT

FILES = sorted(Path(catalogue.__file__).parent.glob("*.txt"))
OBSERVED = ROOT / "tests/real/platforms/observability.yaml"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_catalogue_names_its_source_and_each_metric_once(file: Path) -> None:
    assert file.read_text(encoding="utf-8").startswith("# Served by ")
    metrics = catalogue.exported(file.stem, "x", ())
    assert len({metric.name for metric in metrics}) == len(metrics) > 0
    assert {m.type for m in metrics} <= {"counter", "gauge", "histogram", "summary", "unknown"}


def test_a_catalogue_is_made_from_what_an_exporter_serves() -> None:
    served = """\
# HELP a_seconds Help {with="braces"}.
# TYPE a_seconds histogram
a_seconds_bucket{handler="x",le="1"} 2
a_seconds_sum{handler="x"} 2
# TYPE b gauge
b 1
# TYPE go_goroutines gauge
go_goroutines 7
"""
    assert list(lines_of(served.splitlines())) == ["histogram a_seconds handler", "gauge b"]


def test_no_alert_is_left_out_where_its_exporter_is_there() -> None:
    result = compile_platform(Source(OBSERVED.read_text(encoding="utf-8")))
    assert result.platform is not None
    there = {alert.name for alert in result.platform.alerts}
    assert {alert.name for alert in kube_state_alerts("x")} <= there
    assert {"Watchdog", "NodeDiskNearlyFull", "PrometheusOutgrowsRetention"} <= there


@pytest.mark.parametrize(
    ("distribution", "more", "told"),
    [
        ("kind", "", False),
        ("kind", "storage_class: standard", False),
        ("kind", "storage_class: csi-hostpath", True),
        ("k3s", "storage_class: local-path", False),
        ("k3s", "storage_class: longhorn", True),
        ("kubeadm", "", True),
        ("eks", "storage_class: standard", True),
    ],
)
def test_volumes_are_watched_where_the_kubelet_measures_them(
    distribution: str,
    more: str,
    told: bool,  # noqa: FBT001 - a case
) -> None:
    text = OBSERVED.read_text(encoding="utf-8").replace(
        "  distribution: kind\n", f"  distribution: {distribution}\n  {more}\n"
    )
    result = compile_platform(Source(text))
    assert result.platform is not None
    there = {alert.name for alert in result.platform.alerts}
    volumes = {"VolumeNearlyFull", "VolumeFillingUp", "VolumeWithoutInodes"}
    assert there & volumes == (volumes if told else set())


def test_one_volume_that_is_measured_is_enough() -> None:
    text = OBSERVED.read_text(encoding="utf-8").replace(
        "    storage: 10Gi\n", "    storage: 10Gi\n    storage_class: csi-hostpath\n"
    )
    result = compile_platform(Source(text))
    assert result.platform is not None
    assert "VolumeNearlyFull" in {alert.name for alert in result.platform.alerts}


def test_alerts_without_an_exporter_are_left_out() -> None:
    text = OBSERVED.read_text(encoding="utf-8").replace(
        "    retention: {", "    discover: { kubelet: false }\n    retention: {"
    )
    result = compile_platform(Source(text))
    assert result.platform is not None
    for alert in result.platform.alerts:
        names = {selector.name for selector in selectors(parse(alert.expr))}
        assert not any(name.startswith("kubelet_") for name in names)
