"""Alerts are left out where nobody exports what they ask for, and nowhere else."""

from __future__ import annotations

from platc_compiler.expressions.promql import parse, selectors
from platc_compiler.lower.kube_state_alerts import kube_state_alerts
from platc_compiler.pipeline import compile_platform
from platc_compiler.source.source import Source
from tests.tools import ROOT

OBSERVED = ROOT / "tests/real/platforms/observability.yaml"


def test_no_alert_is_left_out_where_its_exporter_is_there() -> None:
    result = compile_platform(Source(OBSERVED.read_text(encoding="utf-8")))
    assert result.platform is not None
    there = {alert.name for alert in result.platform.alerts}
    assert {alert.name for alert in kube_state_alerts("x")} <= there
    assert {"Watchdog", "NodeDiskNearlyFull", "PrometheusOutgrowsRetention"} <= there


def test_alerts_without_an_exporter_are_left_out() -> None:
    text = OBSERVED.read_text(encoding="utf-8").replace(
        "    retention: {", "    discover: { kubelet: false }\n    retention: {"
    )
    result = compile_platform(Source(text))
    assert result.platform is not None
    for alert in result.platform.alerts:
        names = {selector.name for selector in selectors(parse(alert.expr))}
        assert not any(name.startswith("kubelet_") for name in names)
