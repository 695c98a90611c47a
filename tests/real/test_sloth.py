"""Burn-rate alerts beside those that the real sloth writes for the same objective."""

from __future__ import annotations

import random
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.real.built import compiled
from tests.tools import tool

pytestmark = pytest.mark.e2e

PLATFORM = """\
platform: watched
version: 1
cluster: { nodes: { main: { memory: 8GB, cpu: 4 } } }
namespaces: { apps: }
services:
  web:
    kind: workload
    image: example.com/web:1.0.0
    ports: { http: 8080 }
    metrics: { port: http }
  prometheus: { kind: prometheus, storage: 5Gi, retention: { time: 7d, size: 4GB } }
metrics:
  requests_total: { help: Requests, type: counter, labels: [code], from: web }
slos:
  web:
    objective: OBJECTIVE%
    window: WINDOW
    errors: 'requests_total{code="500"}'
    total: requests_total
"""
SLOTH = {
    "version": "prometheus/v1",
    "service": "web",
    "slos": [
        {
            "name": "web",
            "sli": {
                "events": {
                    "error_query": 'sum(rate(requests_total{code="500"}[{{.window}}]))',
                    "total_query": "sum(rate(requests_total[{{.window}}]))",
                }
            },
            "alerting": {"name": "Sloth"},
        }
    ],
}
SEVERITIES = {"page": "critical", "ticket": "warning"}
_PLATC = re.compile(r"(\w+)\{[^}]*\} > ([\d.]+) \* ([\d.]+)")
_OF_SLOTH = re.compile(r"(\w+)\{[^}]*\} > \(([\d.]+) \* ([\d.]+)\)")

Conditions = dict[tuple[str, str], float]
"""The limit of each pair of windows, the longer one first."""


def of_platc(objective: str, window: str) -> list[dict[str, Any]]:
    text = PLATFORM.replace("OBJECTIVE", objective).replace("WINDOW", window)
    files = compiled(text, "platform.yaml").files
    rules: list[dict[str, Any]] = yaml.safe_load(files["prometheus/rules/slos.yml"])["groups"][0][
        "rules"
    ]
    return rules


def of_sloth(objective: str, window: str, folder: Path) -> list[dict[str, Any]]:
    slo = {**SLOTH["slos"][0], "objective": float(objective)}  # type: ignore[dict-item]
    stated, written = folder / "sloth.yaml", folder / "sloth-rules.yml"
    stated.write_text(yaml.safe_dump({**SLOTH, "slos": [slo]}), encoding="utf-8")
    command = [
        str(tool("sloth")), "generate", f"--default-slo-period={window}",
        f"--input={stated}", f"--out={written}",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    groups = yaml.safe_load(written.read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def conditions(expr: str, pattern: re.Pattern[str]) -> Conditions:
    found = [
        (name.rpartition("rate")[2], float(rate) * float(budget))
        for name, rate, budget in pattern.findall(expr)
    ]
    pairs = zip(found[::2], found[1::2], strict=True)
    limits = {}
    for pair in pairs:
        (long, limit), (short, other) = sorted(pair, key=lambda each: -minutes(each[0]))
        assert limit == pytest.approx(other)
        limits[long, short] = limit
    return limits


def minutes(window: str) -> int:
    return int(window[:-1]) * {"m": 1, "h": 60, "d": 1440}[window[-1]]


@pytest.mark.parametrize("window", ["28d", "30d"])
@pytest.mark.parametrize("objective", ["90", "99", "99.95"])
def test_windows_and_limits_are_those_that_sloth_writes(
    objective: str, window: str, tmp_path: Path
) -> None:
    ours = {
        rule["labels"]["severity"]: rule for rule in of_platc(objective, window) if "alert" in rule
    }
    alerts = [rule for rule in of_sloth(objective, window, tmp_path) if "alert" in rule]
    assert len(alerts) == len(SEVERITIES)
    for theirs in alerts:
        own = ours[SEVERITIES[theirs["labels"]["sloth_severity"]]]
        assert own.get("for") == theirs.get("for")
        expected = conditions(theirs["expr"], _OF_SLOTH)
        assert len(expected) == 2
        assert conditions(own["expr"], _PLATC) == pytest.approx(expected)


def played(seed: int) -> list[tuple[int, int]]:
    """Return good and bad events of each minute: quiet, bad and good stretches."""
    dice = random.Random(seed)  # noqa: S311 - a game
    found: list[tuple[int, int]] = []
    while len(found) < 480:
        share = dice.choice([0, 0.005, 0.02, 0.05, 0.08, 0.15, 0.3])
        length = dice.choice([4, 20, 70, 150])
        found += [(1000 - int(1000 * share), int(1000 * share))] * length
    return found[:480]


def series(events: list[tuple[int, int]]) -> list[dict[str, str]]:
    totals = {"200": [0], "500": [0]}
    for good, bad in events:
        totals["200"].append(totals["200"][-1] + good)
        totals["500"].append(totals["500"][-1] + bad)
    return [
        {"series": f'requests_total{{code="{code}"}}', "values": " ".join(map(str, values))}
        for code, values in totals.items()
    ]


@pytest.mark.parametrize("seed", range(6))
def test_both_fire_in_the_same_minutes(seed: int, tmp_path: Path) -> None:
    """The alerts of platc and of sloth, on one Prometheus' engine with the same events."""
    rules = [*of_platc("99", "30d"), *of_sloth("99", "30d", tmp_path)]
    (tmp_path / "rules.yml").write_text(
        yaml.safe_dump({"groups": [{"name": "both", "rules": rules}]}), encoding="utf-8"
    )
    pairs = (
        ('alertname="WebBudgetBurnsFast"', 'sloth_severity="page"'),
        ('alertname="WebBudgetBurnsSlowly"', 'sloth_severity="ticket"'),
    )
    firing = "count(ALERTS{%s}) or vector(0)"
    checks = [
        {
            "expr": f"({firing % ours}) == bool ({firing % theirs})",
            "eval_time": f"{minute}m",
            "exp_samples": [{"labels": "{}", "value": 1}],
        }
        for ours, theirs in pairs
        for minute in range(10, 480, 5)
    ]
    # Both must have fired: two that are always silent would agree too.
    checks.append(
        {
            "expr": "count(count_over_time(ALERTS[8h])) >= bool 2",
            "eval_time": "480m",
            "exp_samples": [{"labels": "{}", "value": 1}],
        }
    )
    test = {
        "rule_files": ["rules.yml"],
        "evaluation_interval": "1m",
        "tests": [
            {"interval": "1m", "input_series": series(played(seed)), "promql_expr_test": checks}
        ],
    }
    file = tmp_path / "both.test.yml"
    file.write_text(yaml.safe_dump(test, width=1 << 20), encoding="utf-8")
    done = subprocess.run(
        [str(tool("promtool")), "test", "rules", str(file)],
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
