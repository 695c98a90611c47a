"""Dashboards of Grafana in the words of the language."""

from __future__ import annotations

import json
from typing import Any

import pytest

from platc_compiler.grafana.importing.dashboard import imported, name_of
from platc_compiler.pipeline import Result, compile_platform
from platc_compiler.source.emit import yaml_text
from platc_compiler.source.load import load
from platc_compiler.source.source import Source
from platc_compiler.templating.templates import Templates
from tests.tools import ROOT

PLATFORM = load((ROOT / "tests/golden/platforms/dashboards.yaml").read_text("utf-8")).data
FOLDER = "grafana/dashboards/"


def built(boards: dict[str, Any]) -> Result:
    result = compile_platform(Source(yaml_text({**PLATFORM, "dashboards": boards})))
    assert not result.failed, result.diagnostics
    return result


FILES = {
    path.removeprefix(FOLDER).removesuffix(".json"): json.loads(text)
    for path, text in built(PLATFORM["dashboards"]).files.items()
    if path.startswith(FOLDER)
}


# Two of them ask another server by its uid, which has no meaning in another Grafana.
@pytest.mark.parametrize("name", sorted(FILES.keys() - {"elsewhere", "marks"}))
def test_what_platc_writes_it_reads_back_without_a_loss(name: str) -> None:
    found = imported(FILES[name], Templates())
    assert found.lost.lines() == []
    files = built({**PLATFORM["dashboards"], name: found.board}).files
    again = json.loads(files[f"{FOLDER}{name}.json"])
    # A link to a dashboard comes back as a link to its path.
    assert json.dumps(again).replace("external link", "dashboard") == json.dumps(
        FILES[name]
    ).replace("external link", "dashboard")


OLD: dict[str, Any] = {
    "schemaVersion": 14,
    "title": "Old & Grey!",
    "rows": [
        {
            "title": "First", "showTitle": True, "collapse": True, "repeat": None,
            "panels": [
                {"type": "graph", "title": "Load", "span": 6, "datasource": "${DS_X}",
                 "targets": [{"expr": "node_load1", "legendFormat": "{{instance}}", "step": 10}]},
                {"type": "gauge-plugin", "title": "?", "targets": []},
            ],
        },
        {"panels": [{"type": "text", "title": "Notes", "content": "Hello", "mode": "markdown"}]},
    ],
    "templating": {"list": [{"type": "adhoc", "name": "filters"}]},
    "time": {"from": "now-2d/d", "to": "now-1d/d"},
}  # fmt: skip


def test_rows_of_old_dashboards_are_read_and_what_is_lost_is_counted() -> None:
    found = imported(OLD, Templates())
    assert found.board["rows"] == [
        {
            "title": "First",
            "collapsed": True,
            "panels": [
                {"title": "Load", "type": "timeseries", "expr": "node_load1",
                 "legend": "{{instance}}", "width": 12},
            ],
        }
    ]  # fmt: skip
    assert found.board["panels"] == [{"title": "Notes", "type": "text", "text": "Hello"}]
    assert found.lost.lines() == [
        "a time range that does not end now",
        "panels of type 'gauge-plugin'",
        "the looks of panels of type 'graph'",
        "variables of type 'adhoc'",
    ]
    assert name_of(OLD) == "old-grey"


def test_what_has_no_words_is_named() -> None:
    model = {
        "title": "x",
        "links": [{"type": "dashboards", "tags": ["a"]}],
        "panels": [
            {
                "type": "timeseries",
                "timeFrom": "1h",
                "transformations": [{"id": "merge"}],
                "targets": [{"expr": "up", "hide": True, "instant": True}, {"query": "sql"}],
                "fieldConfig": {
                    "defaults": {"custom": {"fillOpacity": 90, "lineWidth": 1}, "noValue": "-"},
                    "overrides": [
                        {"matcher": {"id": "byType", "options": "time"}, "properties": []},
                        {"matcher": {"id": "byName", "options": "a"},
                         "properties": [{"id": "custom.stacking", "value": {}}]},
                    ],
                },
            }
        ],
    }  # fmt: skip
    assert imported(model, Templates()).lost.lines() == [
        "'hide' of a query",
        "'noValue' of a field",
        "'timeFrom' of a panel of type 'timeseries'",
        "instant queries of a timeseries",
        "links to the dashboards of a tag",
        "overrides 'byType'",
        "overrides of 'custom.stacking'",
        "queries that ask no Prometheus",
        "the looks of a field: fillOpacity",
        "the transformation 'merge'",
    ]


def _at(x: int, y: int, kind: str = "stat", **more: Any) -> dict[str, Any]:  # noqa: ANN401
    grid = {"x": x, "y": y, "w": 6, "h": 4}
    return {
        "type": kind, "title": f"{x} {y}", "gridPos": grid, "targets": [{"expr": "up"}], **more
    }  # fmt: skip


def test_panels_keep_the_places_that_they_would_not_have_anyway() -> None:
    closed = {"collapsed": True, "panels": [_at(12, 9), _at(0, 9)]}
    model = {
        "title": "Places",
        "panels": [
            _at(18, 0), _at(0, 0), _at(0, 4), _at(0, 8, "row", **closed), _at(0, 9, "row"),
            _at(0, 10), _at(6, 10),
        ],
    }  # fmt: skip
    board = imported(model, Templates()).board
    assert [each["at"] for each in board["panels"]] == [[0, 0], [18, 0], [0, 4]]
    first, second = board["rows"]
    assert [each["at"] for each in first["panels"]] == [[0, 0], [12, 0]]
    assert not any("at" in each for each in second["panels"])
    files = built({**PLATFORM["dashboards"], "places": board}).files
    panels = json.loads(files[f"{FOLDER}places.json"])["panels"]
    assert [each["gridPos"] for each in panels if each["type"] != "row"] == [
        {"h": 4, "w": 6, "x": x, "y": y} for x, y in ((0, 0), (18, 0), (0, 4), (0, 10), (6, 10))
    ]
