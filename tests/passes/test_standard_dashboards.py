"""Standard dashboards have what the platform exports, and nothing else."""

from __future__ import annotations

from typing import Any

from platc_compiler.ir.dashboards import Dashboard
from platc_compiler.pipeline import Result, compile_platform
from platc_compiler.source.emit import yaml_text
from platc_compiler.source.source import Source

ALL = ["home", "overview", "services", "etl", "database", "infrastructure", "objectives"]


def compiled(
    more: dict[str, Any],
    names: list[str] = ALL,
    **parts: dict[str, Any],
) -> Result:
    services = {
        "prometheus": {"kind": "prometheus", "namespace": "a"},
        "grafana": {
            "kind": "grafana", "namespace": "a", "admin": {"password": "grafana/password"},
            "depends_on": ["prometheus"], "standard_dashboards": names,
        },
        **more,
    }  # fmt: skip
    spec = {
        "platform": "p", "version": 1, "namespaces": {"a": None, "b": None}, "services": services,
        "cluster": {"nodes": {"main": {"memory": "8GB", "cpu": 4}}},
        "secrets": {"grafana": {"namespace": "a", "keys": ["password"]}}, **parts,
    }  # fmt: skip
    result = compile_platform(Source(yaml_text(spec)))
    assert not result.failed, result.diagnostics
    return result


def boards(result: Result) -> dict[str, Dashboard]:
    assert result.platform is not None
    return {board.name: board for board in result.platform.dashboards}


def titles(board: Dashboard) -> set[str]:
    return {panel.title for panel in board.every_panel()}


def test_what_nobody_exports_has_no_panel_and_no_dashboard() -> None:
    found = boards(compiled({}))
    assert found.keys() == {
        "standard-home", "standard-overview", "standard-infrastructure", "standard-objectives",
    }  # fmt: skip
    assert "Targets that answer" in titles(found["standard-overview"])
    assert "Pods that do not run" not in titles(found["standard-overview"])
    assert [row.title for row in found["standard-overview"].rows] == ["Users and requests"]


def test_a_query_whose_variable_has_no_values_is_gone_with_the_variable() -> None:
    found = boards(compiled({}))["standard-infrastructure"]
    assert "namespace" not in {variable.name for variable in found.variables}
    assert not any("$namespace" in query.expr for query in found.queries())
    state = {"kube-state-metrics": {"kind": "kube_state_metrics", "namespace": "a"}}
    found = boards(compiled(state))["standard-infrastructure"]
    assert "namespace" in {variable.name for variable in found.variables}
    assert any("$namespace" in query.expr for query in found.queries())


def test_links_lead_only_to_dashboards_that_are_there() -> None:
    found = boards(compiled({}))
    links = {link.url for link in found["standard-overview"].links}
    assert links == {"/d/standard-infrastructure", "/d/standard-objectives"}


def test_the_home_page_links_to_the_dashboards_of_each_audience() -> None:
    own = {"title": "Sales", "audience": "management", "panels": [{"title": "Up", "expr": "up"}]}
    home = boards(compiled({}, dashboards={"sales": own}))["standard-home"]
    texts = {panel.title: panel.text or "" for panel in home.panels if panel.type == "text"}
    assert texts.keys() == {"Operators", "Management"}
    assert "[Overview](d/standard-overview)" in texts["Operators"]
    assert "[Home]" not in texts["Operators"]
    assert "[Sales](d/sales)" in texts["Management"]
    assert "(dashboards?tag=management)" in texts["Management"]


def test_the_home_page_is_the_one_that_grafana_opens_unless_another_is_declared() -> None:
    result = compiled({})
    (text,) = (text for text in result.files.values() if "default_home_dashboard_path" in text)
    path = "/var/lib/grafana/dashboards/home/standard-home/standard-home.json"
    assert f"default_home_dashboard_path = {path}" in text
    assert boards(result)["standard-home"].folder == "Home"
    own = {"title": "Own", "home": True, "panels": [{"title": "Up", "expr": "up"}]}
    result = compiled({}, dashboards={"own": own})
    (text,) = (text for text in result.files.values() if "default_home_dashboard_path" in text)
    assert "/own/own.json" in text


def test_a_dashboard_of_ones_own_takes_the_place_of_a_standard_one() -> None:
    own = {"title": "Mine", "panels": [{"title": "Up", "expr": "up"}]}
    found = boards(compiled({}, dashboards={"standard-overview": own}))
    assert found["standard-overview"].title == "Mine"


def test_metrics_of_ones_own_stand_on_the_dashboard_of_pipelines() -> None:
    web = {
        "kind": "workload", "image": "example.com/web:1.0", "namespace": "a",
        "ports": {"metrics": 8000}, "metrics": {"port": "metrics"},
    }  # fmt: skip
    metrics = {
        "rows_total": {"help": "Rows", "type": "counter", "labels": ["table"], "from": "web"},
        "took_seconds": {"help": "Time", "type": "histogram", "from": "web"},
    }
    found = boards(compiled({"web": web}, metrics=metrics))["standard-etl"]
    assert [row.title for row in found.rows] == ["Data"]
    queries = {panel.title: panel.queries[0].expr for panel in found.rows[0].panels}
    assert queries["Rows"] == "sum by (table) (rate(rows_total[$__rate_interval]))"
    assert queries["Time"] == (
        "sum (rate(took_seconds_sum[$__rate_interval]))"
        " / sum (rate(took_seconds_count[$__rate_interval]))"
    )


def test_pictures_are_written_only_beside_standard_dashboards() -> None:
    files = compiled({}).files
    assert {name for name in files if name.endswith(".svg")} == {
        f"report/dashboards/standard-{name}.svg"
        for name in ("home", "overview", "infrastructure", "objectives")
    }
    own = {"title": "Mine", "panels": [{"title": "Up", "expr": "up"}]}
    assert not [n for n in compiled({}, [], dashboards={"own": own}).files if n.endswith(".svg")]
