"""The standard dashboards: every panel is shown by Grafana and gets an answer of Prometheus."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

import platc_templates
from platc_compiler.checks.observability.grafana_queries import parsed
from platc_compiler.expressions.known_series import known_series
from platc_compiler.expressions.promql import Selector, selectors
from platc_compiler.ir.dashboards import Dashboard
from platc_compiler.ir.platform import Platform
from tests.real.built import result_of
from tests.real.grafana import dashboard_faults
from tests.tools import ROOT, tool

PLATFORM = ROOT / "tests/golden/platforms/standard-dashboards.yaml"
FILES = sorted((Path(platc_templates.__file__).parent / "dashboards").glob("*.yaml"))
LABELS = """instance job service namespace pod dag_id state pool_name datname user queryid
database relname schemaname application_name event mountpoint container resource slo table layer
deployment persistentvolumeclaim device""".split()  # noqa: SIM905 - reads better
"""Labels that every played series has, all with the same value, so that both sides of an operator
have the same ones."""


@cache
def platform() -> Platform:
    found = result_of(PLATFORM).platform
    assert found is not None
    return found


def boards() -> tuple[Dashboard, ...]:
    return tuple(board for board in platform().dashboards if board.standard)


def written(file: Path) -> list[str]:
    """Return the titles of the panels that a file states."""
    stated = yaml.safe_load(file.read_text(encoding="utf-8"))
    panels = [*stated.get("panels", ()), *(p for r in stated.get("rows", ()) for p in r["panels"])]
    return [panel["title"] for panel in panels]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_panel_is_shown_where_everything_is_exported(file: Path) -> None:
    board = next(b for b in boards() if b.name == f"standard-{file.stem}")
    titles = [panel.title for panel in board.every_panel()]
    assert [title for title in written(file) if title not in titles] == []
    stated = yaml.safe_load(file.read_text(encoding="utf-8"))
    assert [v.name for v in board.variables] == list(stated["variables"])
    assert [a.name for a in board.annotations] == list(stated.get("annotations", {}))


def test_every_dashboard_is_one_that_grafana_shows() -> None:
    files = result_of(PLATFORM).files
    shown = {f"grafana/dashboards/{b.name}.json" for b in boards()}
    assert len(shown) == len(FILES)
    assert {name: dashboard_faults(json.loads(files[name])) for name in shown} == {
        name: [] for name in shown
    }


def test_no_query_asks_for_labels_that_are_not_there() -> None:
    series = known_series(platform())
    wrong = [
        (board.name, query.expr, fault)
        for board in boards()
        for query in board.queries()
        for selector in selectors(parsed(query.expr, board))
        if (fault := series.find(selector).fault) is not None
    ]
    assert not wrong


def test_every_query_has_an_answer(tmp_path: Path) -> None:
    """Each query is asked of Prometheus' engine, on series that its selectors and labels name."""
    expressions = sorted({resolved(q.expr) for board in boards() for q in board.queries()})
    series: dict[str, str] = {}
    for board in boards():
        for query in board.queries():
            for selector in selectors(parsed(resolved(query.expr), board)):
                series |= dict(played(selector))
    case = {
        "interval": "1m",
        "input_series": [{"series": text, "values": v} for text, v in sorted(series.items())],
        "promql_expr_test": [
            {
                "expr": f"count({text}) > bool 0", "eval_time": "40m",
                "exp_samples": [{"labels": "{}", "value": 1}],
            }
            for text in expressions
        ],
    }  # fmt: skip
    (tmp_path / "empty.yml").write_text("groups: []\n", encoding="utf-8")
    file = tmp_path / "test.yml"
    tests = {"rule_files": ["empty.yml"], "evaluation_interval": "1m", "tests": [case]}
    file.write_text(yaml.safe_dump(tests), encoding="utf-8")
    done = subprocess.run(
        [str(tool("promtool")), "test", "rules", str(file)],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert len(expressions) > 100


def resolved(text: str) -> str:
    """Return a query as Grafana asks it when "All" is chosen everywhere."""
    text = text.replace("$__rate_interval", "5m")
    return re.sub(r"\$\w+", ".*", text)


def played(selector: Selector) -> Iterator[tuple[str, str]]:
    labels: dict[str, Any] = dict.fromkeys(LABELS, "x")
    if selector.name in {"ALERTS", "up", "slo:error_budget:remaining"}:
        labels["alertname"] = "A"
    for label, operator, value in selector.matchers:
        if operator == "=" or (operator == "=~" and value != ".*"):
            labels[label] = value.partition("|")[0].replace(".*", "x")
    bounds = ("1", "+Inf") if selector.name.endswith("_bucket") else ("",)
    for number, bound in enumerate(bounds):
        if bound:
            labels["le"] = bound
        text = ",".join(f'{key}="{value}"' for key, value in labels.items() if value)
        values = "0x9 1x40" if selector.name == "up" else f"0+{number + 1}x9 10+{number + 1}x40"
        if selector.name == "up" and not selector.matchers:
            yield f'{selector.name}{{{text},kind="down"}}', "0x60"
        yield f"{selector.name}{{{text}}}", values
