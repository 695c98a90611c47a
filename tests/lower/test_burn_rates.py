"""Burn rates of an objective beside those of sloth: the same windows, limits and durations."""

from __future__ import annotations

import re

import pytest
import yaml

from platc_compiler.pipeline import compile_platform
from platc_compiler.source.source import Source
from tests.tools import ROOT

_MINIMAL = (ROOT / "examples/minimal/platform.yaml").read_text("utf-8")
_CONDITION = re.compile(
    r"slo:errors:ratio_rate(\w+)\{[^}]*\} > ([\d.]+) \* ([\d.]+)"
    r" and slo:errors:ratio_rate(\w+)\{[^}]*\} > ([\d.]+) \* ([\d.]+)"
)
SLOTH = {
    "critical": [("1h", "5m", 2), ("6h", "30m", 5)],
    "warning": [("1d", "2h", 10), ("3d", "6h", 10)],
}
"""Of each severity: the long and the short window, and the percent of the budget that is used in
the long one. Source: internal/alert/windows/google-28d.yaml and google-30d.yaml of slok/sloth
0.16.0, where a page is critical and a ticket a warning; its rules have no ``for``."""
_HOURS = {"h": 1, "d": 24}


@pytest.mark.parametrize("days", [28, 30])
@pytest.mark.parametrize("objective", ["99%", "99.95%"])
def test_windows_and_limits_are_those_of_sloth(days: int, objective: str) -> None:
    spec = yaml.safe_load(_MINIMAL)
    spec["slos"] = {
        "web": {
            "objective": objective, "window": f"{days}d", "total": "http_requests_total",
            "errors": 'http_requests_total{code="500"}',
        }
    }  # fmt: skip
    result = compile_platform(Source(yaml.safe_dump(spec)))
    rules = yaml.safe_load(result.files["prometheus/rules/slos.yml"])["groups"][0]["rules"]
    alerts = {rule["labels"]["severity"]: rule for rule in rules if "alert" in rule}
    budget = (100 - float(objective.removesuffix("%"))) / 100
    for severity, windows in SLOTH.items():
        assert "for" not in alerts[severity]
        found = _CONDITION.findall(alerts[severity]["expr"])
        assert len(found) == len(windows)
        for (long, short, percent), parts in zip(windows, found, strict=True):
            assert (parts[0], parts[3]) == (long, short)
            factor = percent / 100 * days * 24 / (int(long[:-1]) * _HOURS[long[-1]])
            for number, share in (parts[1:3], parts[4:6]):
                assert float(number) * float(share) == pytest.approx(factor * budget)
