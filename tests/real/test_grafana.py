"""The judge of dashboards judged: what it accepts and what it refuses."""

from __future__ import annotations

from typing import Any

import pytest

from tests.admission.objects import Path, changed
from tests.real.grafana import dashboard_faults, panel_types

SOURCE = {"type": "prometheus", "uid": "prometheus"}


def panel(kind: str, number: int, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    grid = {"x": 12 * (number % 2), "y": 8 * (number // 2), "w": 12, "h": 8}
    target = {"refId": "A", "expr": "up", "legendFormat": "{{job}}", "datasource": SOURCE}
    base = {"id": number + 1, "type": kind, "title": kind, "gridPos": grid, "targets": [target]}
    return base | {"datasource": SOURCE} | more


REDUCED = {"reduceOptions": {"calcs": ["lastNotNull"], "values": False}}
THRESHOLDS = {
    "mode": "absolute",
    "steps": [{"color": "green", "value": None}, {"color": "red", "value": 80}],
}
DASHBOARD: dict[str, Any] = {
    "id": None,
    "uid": "pipeline-overview",
    "title": "Pipeline overview",
    "schemaVersion": 41,
    "editable": False,
    "refresh": "30s",
    "tags": ["platc"],
    "time": {"from": "now-6h", "to": "now"},
    "timezone": "browser",
    "templating": {"list": []},
    "annotations": {"list": []},
    "panels": [
        panel(
            "timeseries",
            0,
            options={
                "legend": {"displayMode": "table", "placement": "bottom", "showLegend": True},
                "tooltip": {"mode": "multi", "sort": "desc"},
            },
            fieldConfig={
                "defaults": {
                    "unit": "s",
                    "thresholds": THRESHOLDS,
                    "custom": {"drawStyle": "line", "fillOpacity": 10, "spanNulls": False},
                },
                "overrides": [],
            },
        ),
        panel("stat", 1, options={**REDUCED, "graphMode": "area", "colorMode": "value"}),
        panel("gauge", 2, options={**REDUCED, "showThresholdMarkers": True}),
        panel(
            "table",
            3,
            options={"showHeader": True},
            fieldConfig={"defaults": {"custom": {"align": "auto"}}, "overrides": []},
        ),
        panel("heatmap", 4, options={"calculate": False, "color": {"mode": "scheme"}}),
        panel("bargauge", 5, options={**REDUCED, "orientation": "horizontal"}),
        panel("piechart", 6, options={**REDUCED, "pieType": "donut"}),
        panel("state-timeline", 7, options={"mergeValues": True, "showValue": "auto"}),
        {
            "id": 9,
            "type": "text",
            "title": "Notes",
            "gridPos": {"x": 0, "y": 32, "w": 24, "h": 2},
            "options": {"mode": "markdown", "content": "**Notes**"},
        },
        {
            "id": 10,
            "type": "row",
            "title": "More",
            "collapsed": True,
            "gridPos": {"x": 0, "y": 34, "w": 24, "h": 1},
            "panels": [panel("timeseries", 10)],
        },
    ],
}


def test_a_dashboard_of_every_usual_panel_is_accepted() -> None:
    assert dashboard_faults(DASHBOARD) == []


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("tittle",), "x", "dashboard: Additional properties are not allowed ('tittle'"),
        (("schemaVersion",), "41", 'dashboard.schemaVersion: "41" is not of type "number"'),
        (("panels", 0, "type"), "graph", "unknown type of panel 'graph'"),
        (("panels", 0, "span"), 6, "panels[0] (timeseries): Additional properties"),
        (("panels", 0, "gridPos"), ..., "panels[0] (timeseries): has no gridPos"),
        (("panels", 0, "gridPos", "w"), "12", ".gridPos.w: "),
        (("panels", 0, "gridPos", "w"), 13, "panel 'timeseries' and panel 'stat' overlap"),
        (("panels", 1, "gridPos", "w"), 13, "leaves the 24 columns"),
        (("panels", 1, "gridPos", "h"), 0, "is no rectangle"),
        (("panels", 1, "id"), 1, "panel 'stat': has the id 1 of panel 'timeseries'"),
        (("panels", 9, "panels", 0, "id"), 1, "has the id 1 of panel 'timeseries'"),
        (("panels", 1, "id"), ..., "panel 'stat': has no id"),
        (("panels", 0, "options", "legend", "place"), "right", ".options.legend: Additional"),
        (("panels", 0, "options", "tooltip", "mode"), "all", ".options.tooltip.mode: "),
        (
            ("panels", 0, "fieldConfig", "defaults", "custom", "lineWidht"),
            1,
            "panels[0] (timeseries).fieldConfig.defaults.custom: Additional properties",
        ),
        (
            ("panels", 0, "fieldConfig", "defaults", "custom", "drawStyle"),
            "lines",
            ".custom.drawStyle: ",
        ),
        (
            ("panels", 1, "fieldConfig"),
            {"defaults": {"custom": {"drawStyle": "line"}}, "overrides": []},
            "panels[1] (stat).fieldConfig.defaults.custom: False schema",
        ),
        (("panels", 0, "fieldConfig", "defaults", "units"), "s", ".defaults: Additional"),
        (
            ("panels", 0, "fieldConfig", "defaults", "thresholds", "steps", 1),
            {"colour": "red", "value": 80},
            ".thresholds.steps[1]: ",
        ),
        (("panels", 1, "options", "graphMode"), "spark", ".options.graphMode: "),
        (("panels", 2, "options", "min"), 0, "panels[2] (gauge).options: Additional"),
        (("panels", 4, "options", "dataFormat"), "tsbuckets", "panels[4] (heatmap).options: "),
        (("panels", 8, "options", "markdown"), "x", "panels[8] (Notes).options: Additional"),
        (("panels", 9, "panels", 0, "type"), "graph", "panels[9].panels[0] (timeseries): unknown"),
        (("panels", 0, "targets"), [], "asks nothing"),
        (("panels", 0, "targets", 0, "expression"), "up", "unknown keys ['expression']"),
        (("panels", 0, "targets", 0, "expr"), "", "targets[0]: needs expr"),
        (
            ("panels", 0, "targets", 1),
            {"refId": "A", "expr": "down"},
            "two targets have one refId",
        ),
    ],
    ids=lambda value: ".".join(map(str, value)) if isinstance(value, tuple) else "",
)
def test_one_change_for_the_worse_is_refused(path: Path, value: object, said: str) -> None:
    faults = dashboard_faults(changed(DASHBOARD, path, value))
    assert [fault for fault in faults if said in fault], faults


def test_the_panels_that_platc_may_use_have_schemas() -> None:
    usual = {"timeseries", "stat", "gauge", "table", "heatmap", "bargauge", "row", "text"}
    assert usual | {"piechart", "state-timeline"} <= panel_types()
    assert "graph" not in panel_types()
