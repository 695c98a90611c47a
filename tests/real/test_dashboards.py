"""What platc writes for Grafana, held against Grafana's types and Prometheus' parser."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.grafana.test_variables import QUERIES
from tests.real.built import MONITORED, build
from tests.real.grafana import dashboard_faults
from tests.tools import ROOT, tool

PLATFORMS = pytest.mark.parametrize("platform", MONITORED, ids=lambda p: p.parent.name)
OBSERVED = ROOT / "tests/real/platforms/observability.yaml"
EVERY_PART = ROOT / "tests/golden/platforms/dashboards.yaml"


def boards(folder: Path) -> dict[str, dict[str, Any]]:
    return {
        file.stem: json.loads(file.read_text(encoding="utf-8"))
        for file in sorted((folder / "grafana/dashboards").glob("*.json"))
    }


@PLATFORMS
def test_every_dashboard_is_one_that_grafana_shows(platform: Path, tmp_path: Path) -> None:
    build(platform, tmp_path)
    assert {name: dashboard_faults(board) for name, board in boards(tmp_path).items()} == {
        name: [] for name in boards(tmp_path)
    }


@PLATFORMS
def test_every_expression_is_one_that_prometheus_takes(platform: Path, tmp_path: Path) -> None:
    build(platform, tmp_path)
    expressions = [
        target["expr"].replace("$__rate_interval", "5m")
        for board in boards(tmp_path).values()
        for panel in board["panels"]
        for target in panel.get("targets", ())
    ]
    rules = [{"record": f"panel:{n}", "expr": text} for n, text in enumerate(expressions)]
    file = tmp_path / "panels.yml"
    file.write_text(
        yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}), encoding="utf-8"
    )
    command = [str(tool("promtool")), "check", "rules", "--lint=none", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_panel_asks_the_provisioned_data_source(tmp_path: Path) -> None:
    build(OBSERVED, tmp_path)
    text = (tmp_path / "grafana/datasources.yaml").read_text(encoding="utf-8")
    uids = [source["uid"] for source in yaml.safe_load(text)["datasources"]]
    asked = {
        target["datasource"]["uid"]
        for board in boards(tmp_path).values()
        for panel in board["panels"]
        for target in panel.get("targets", ())
    }
    assert asked == set(uids) == {"prometheus"}


def test_the_pod_holds_each_dashboard_where_its_provider_looks(tmp_path: Path) -> None:
    build(OBSERVED, tmp_path)
    file = tmp_path / "manifests/50-workloads/monitoring/deployment-grafana.yaml"
    pod = yaml.safe_load(file.read_text(encoding="utf-8"))["spec"]["template"]["spec"]
    mounts = {mount["name"]: mount["mountPath"] for mount in pod["containers"][0]["volumeMounts"]}
    providers = yaml.safe_load((tmp_path / "grafana/dashboards.yaml").read_text(encoding="utf-8"))
    paths = {provider["folder"]: provider["options"]["path"] for provider in providers["providers"]}
    assert mounts["board-overview"] == f"{paths['Operators']}/overview"
    assert mounts["board-requests"] == f"{paths['Developers']}/requests"
    ini = (tmp_path / "manifests/30-config/monitoring/configmap-grafana-config.yaml").read_text(
        "utf-8"
    )
    assert f"default_home_dashboard_path = {paths['Operators']}/overview/overview.json" in ini


def test_an_expression_that_stands_twice_is_reckoned_once(tmp_path: Path) -> None:
    build(OBSERVED, tmp_path)
    rules = yaml.safe_load(
        (tmp_path / "prometheus/rules/dashboards.yml").read_text(encoding="utf-8")
    )
    recorded = {rule["record"]: rule["expr"] for rule in rules["groups"][0]["rules"]}
    assert recorded["platform:data_quality_score:avg"] == "avg(data_quality_score)"
    panels = boards(tmp_path)["overview"]["panels"]
    shown = [t["expr"] for panel in panels for t in panel.get("targets", ())]
    assert shown.count("platform:data_quality_score:avg") == 2
    assert "avg(data_quality_score)" not in shown


def test_dashboards_with_every_part_of_the_language_are_ones_that_grafana_shows(
    tmp_path: Path,
) -> None:
    build(EVERY_PART, tmp_path)
    found = boards(tmp_path)
    assert found
    assert not [fault for board in found.values() for fault in dashboard_faults(board)]


def test_queries_with_variables_are_promql_when_they_are_replaced(tmp_path: Path) -> None:
    queries = [*QUERIES.values(), 'rate(x{a="b"}[5m])']
    rules = [{"record": f"query:{n}", "expr": text} for n, text in enumerate(queries)]
    file = tmp_path / "queries.yml"
    file.write_text(
        yaml.safe_dump({"groups": [{"name": "queries", "rules": rules}]}), encoding="utf-8"
    )
    command = [str(tool("promtool")), "check", "rules", "--lint=none", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
