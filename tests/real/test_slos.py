"""Objectives, judged by promtool: which alerts fire, and what the recorded shares are.

The oracle adds up events minute by minute. It knows nothing of PromQL.
"""

from __future__ import annotations

import random
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from msgspec import Struct

from tests.real.built import compiled
from tests.tools import tool

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
  seconds: { help: Time, type: histogram, buckets: [0.1, 0.5, 1], from: web }
slos:
  errors:
    objective: 99%
    window: WINDOW
    errors: 'requests_total{code="500"}'
    total: requests_total
  classic:
    objective: 99%
    window: WINDOW
    latency: { histogram: 'seconds{path="/"}', below: 500ms }
  native:
    objective: 99%
    window: WINDOW
    latency: { histogram: seconds, below: 500ms, native: true }
  whole:
    objective: 99%
    window: WINDOW
    latency: { histogram: seconds, below: 1s }
  guarded:
    objective: 99%
    window: WINDOW
    errors: 'requests_total{code="500"}'
    total: requests_total
    min_events: 100
"""
BUDGET = 0.01
BUDGET_LEFT = "slo:error_budget:remaining"


class Minute(Struct, frozen=True):
    """The events of a minute."""

    good: int
    bad: int
    restart: bool = False
    """Whether the counters begin at zero again."""


def rules(folder: Path, window: str) -> Path:
    """Write the rules of the objectives, and return their file."""
    files = compiled(PLATFORM.replace("WINDOW", window), "platform.yaml").files
    file = folder / "slos.yml"
    file.write_text(files["prometheus/rules/slos.yml"], encoding="utf-8")
    return file


def only_recorded(file: Path, names: tuple[str, ...]) -> None:
    """Leave only some recordings of some objectives: promtool loads 10,000 samples at most."""
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    group = content["groups"][0]
    group["rules"] = [
        rule
        for rule in group["rules"]
        if rule.get("record") in names and rule["labels"]["slo"] != "native"
    ]
    file.write_text(yaml.safe_dump(content), encoding="utf-8")


def series(minutes: list[Minute]) -> list[dict[str, str]]:
    """Return the counters and histograms that have counted these events."""
    good, bad = 10_000, 10_000
    counted = []
    for minute in minutes:
        if minute.restart:
            good = bad = 0
        good, bad = good + minute.good, bad + minute.bad
        counted.append((good, bad))
    values = {
        'requests_total{code="200"}': [str(g) for g, _ in counted],
        'requests_total{code="500"}': [str(b) for _, b in counted],
        'seconds_bucket{path="/",le="0.5"}': [str(g) for g, _ in counted],
        'seconds_bucket{path="/",le="1.0"}': [str(g) for g, _ in counted],
        'seconds_count{path="/"}': [str(g + b) for g, b in counted],
        # Of schema 0: a bucket to half a second, and one to a second.
        "seconds": [
            f"{{{{schema:0 count:{g + b} sum:1 offset:-1 buckets:[{g} {b}]}}}}" for g, b in counted
        ],
    }
    return [{"series": name, "values": " ".join(each)} for name, each in values.items()]


def promtool(folder: Path, tests: list[dict[str, Any]]) -> str:
    """Run tests of the rules, and return what promtool says against them."""
    file = folder / "slos.test.yml"
    content = {"rule_files": ["slos.yml"], "evaluation_interval": "1m", "tests": tests}
    file.write_text(yaml.safe_dump(content, width=1 << 20), encoding="utf-8")
    command = [str(tool("promtool")), "test", "rules", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def firing(minutes: list[Minute], alerts: dict[str, bool]) -> dict[str, Any]:
    """Return a test of which alerts fire at the end."""
    end = f"{len(minutes) - 1}m"
    checks = [
        {
            "expr": f'count(ALERTS{{alertname="{name}",alertstate="firing"}}) or vector(0)',
            "eval_time": end,
            "exp_samples": [{"labels": "{}", "value": int(fires)}],
        }
        for name, fires in alerts.items()
    ]
    return {"interval": "1m", "input_series": series(minutes), "promql_expr_test": checks}


EVERY = ("Errors", "Classic", "Native", "Whole", "Guarded")
SCENES: dict[str, tuple[list[Minute], dict[str, bool]]] = {
    "a fifth of the events is bad": (
        [Minute(80, 20)] * 90,
        {f"{name}BudgetBurnsFast": True for name in EVERY},
    ),
    "half as many are bad as may be": (
        [Minute(199, 1)] * 90,
        {f"{name}BudgetBurns{speed}": False for name in EVERY for speed in ("Fast", "Slowly")},
    ),
    "it is over for half an hour": (
        [Minute(50, 50)] * 80 + [Minute(100, 0)] * 35,
        {f"{name}BudgetBurnsFast": False for name in EVERY},
    ),
    "nothing happens": ([Minute(0, 0)] * 90, {f"{name}BudgetBurnsFast": False for name in EVERY}),
    "one event in five minutes, and it is bad": (
        [Minute(0, int(n % 5 == 0)) for n in range(90)],
        {"ErrorsBudgetBurnsFast": True, "ClassicBudgetBurnsFast": True,
         "NativeBudgetBurnsFast": True, "GuardedBudgetBurnsFast": False},
    ),
}  # fmt: skip


@pytest.mark.parametrize("scene", SCENES)
def test_the_alerts_fire_when_the_budget_burns_and_only_then(scene: str, tmp_path: Path) -> None:
    rules(tmp_path, "30d")
    minutes, alerts = SCENES[scene]
    assert promtool(tmp_path, [firing(minutes, alerts)]) == ""


def played(seed: int, length: int, *, restarts: bool) -> list[Minute]:
    """Return the events of a service with quiet and bad hours."""
    dice = random.Random(seed)  # noqa: S311 - a game
    minutes = []
    for hour in range(length // 60 + 1):
        traffic, share = dice.choice([0, 3, 50, 400]), dice.choice([0, 0.01, 0.3])
        for minute in range(60):
            count = dice.randint(traffic // 2, traffic)
            bad = sum(dice.random() < share for _ in range(count))
            restart = restarts and hour > 0 and minute == 0 and dice.random() < 0.3
            minutes.append(Minute(count - bad, bad, restart))
    return minutes[:length]


def share(minutes: list[Minute], end: int, window: int) -> float | None:
    """Return the share of bad events in a window that ends with a minute; ``None`` of nothing.

    The first sample of a window only begins to count.
    """
    inside = minutes[max(0, end - window + 2) : end + 1]
    bad, every = sum(m.bad for m in inside), sum(m.good + m.bad for m in inside)
    return bad / every if every else None


def about(expr: str, value: float, minute: int, tolerance: float) -> dict[str, Any]:
    return {
        "expr": f"abs({expr} - {value!r}) <= bool {tolerance!r}",
        "eval_time": f"{minute}m",
        "exp_samples": [{"labels": "{NAME}", "value": 1}],
    }


@pytest.mark.parametrize("seed", range(4))
def test_the_recorded_shares_are_those_that_counting_gives(seed: int, tmp_path: Path) -> None:
    rules(tmp_path, "30d")
    # After a restart Prometheus guesses where each counter began, and not the same for all.
    minutes = played(seed, 500, restarts=False)
    checks = []
    for name in ("errors", "classic", "native", "whole"):
        for window, length in (("5m", 5), ("30m", 30), ("1h", 60), ("6h", 360)):
            for end in range(length, len(minutes), 61):
                value = share(minutes, end, length)
                if value is not None:
                    expr = f'slo:errors:ratio_rate{window}{{slo="{name}"}}'
                    checks.append(about(f"sum({expr})", value, end, 1e-9))
    for check in checks:
        check["exp_samples"] = [{"labels": "{}", "value": 1}]
    assert len(checks) > 50
    test = {"interval": "1m", "input_series": series(minutes), "promql_expr_test": checks}
    assert promtool(tmp_path, [test]) == ""


@pytest.mark.parametrize("seed", range(2))
def test_the_budget_that_remains_is_that_which_counting_gives(seed: int, tmp_path: Path) -> None:
    only_recorded(rules(tmp_path, "3d"), ("slo:errors:rate5m", "slo:events:rate5m", BUDGET_LEFT))
    minutes = played(seed, 3 * 24 * 60 + 120, restarts=True)
    end = len(minutes) - 1
    bad = share(minutes, end, 3 * 24 * 60)
    assert bad is not None
    checks = []
    for name in ("errors", "classic", "whole"):
        expr = f'sum(slo:error_budget:remaining{{slo="{name}"}})'
        # Each event is in five rates of five minutes, and those at both ends in fewer.
        check = about(expr, 1 - bad / BUDGET, end, 0.02 / BUDGET * bad)
        checks.append({**check, "exp_samples": [{"labels": "{}", "value": 1}]})
    test = {"interval": "1m", "input_series": series(minutes), "promql_expr_test": checks}
    assert promtool(tmp_path, [test]) == ""


@pytest.mark.e2e  # promtool takes half a minute; those of objectives in examples/ run with the rest
def test_the_generated_tests_of_objectives_pass(tmp_path: Path) -> None:
    files = compiled(PLATFORM.replace("WINDOW", "30d"), "platform.yaml").files
    for part in ("rules", "tests"):
        (tmp_path / part).mkdir()
    (tmp_path / "rules/slos.yml").write_text(files["prometheus/rules/slos.yml"], encoding="utf-8")
    file = tmp_path / "tests/slos.test.yml"
    file.write_text(files["prometheus/tests/slos.test.yml"], encoding="utf-8")
    command = [str(tool("promtool")), "test", "rules", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
