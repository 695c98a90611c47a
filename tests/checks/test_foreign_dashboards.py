"""What is said of a dashboard in Grafana's own JSON."""

from __future__ import annotations

import json

from platc_compiler.pipeline import compile_platform
from platc_compiler.source.beside import InMemory
from platc_compiler.source.source import Source

PLATFORM = """\
platform: boards
version: 1
cluster: { nodes: { main: { memory: 8GB, cpu: 4 } } }
namespaces: { monitoring: }
secrets: { grafana: { keys: [password] } }
services:
  prometheus: { kind: prometheus, storage: 5Gi, retention: { time: 7d, size: 4GB } }
  grafana: { kind: grafana, admin: { password: grafana/password }, depends_on: [prometheus] }
dashboards:
  theirs: { file: boards/theirs.json, folder: Theirs }
"""


def panel(title: str, expr: str, source: object = None) -> dict[str, object]:
    return {
        "type": "timeseries", "title": title, "datasource": source,
        "targets": [{"refId": "A", "expr": expr}],
    }  # fmt: skip


BOARD = {
    "title": "Theirs",
    "schemaVersion": 36,
    "templating": {"list": [{"type": "query", "name": "job", "query": "label_values(up, job)"}]},
    "annotations": {"list": [{"name": "Mark", "expr": "no_mark"}]},
    "panels": [
        panel("Right", 'rate(prometheus_http_requests_total{job="$job"}[$__rate_interval])'),
        panel("Torn", "sum(up"),
        panel("Lost", 'up{job="$jbo"}'),
        panel("Unknown", "no_such_metric + no_mark"),
        panel("Logs", '{app="x"}', {"type": "loki", "uid": "l"}),
    ],
}


def said(board: object) -> list[str]:
    files = InMemory({"boards/theirs.json": json.dumps(board)})
    found = compile_platform(Source(PLATFORM, beside=files)).diagnostics
    return [
        " ".join((d.severity, d.code, d.message, *map(str, d.notes)))
        for d in found
        if d.path == "dashboards.theirs.file"
    ]


def test_a_fault_of_a_panel_is_a_warning_that_names_it() -> None:
    assert said(BOARD) == [
        "warning PLT401 panel 'Torn': this is no PromQL: unclosed left parenthesis",
        (
            "warning PLT402 nobody exports 2 metrics of this dashboard: the panels stay empty "
            "'no_mark' of annotation 'Mark' and 1 more 'no_such_metric' of panel 'Unknown'"
        ),
        "warning PLT435 panel 'Lost': unknown variable '$jbo'",
        "warning PLT437 the panel 'Logs' asks a data source of type 'loki'",
    ]


def test_a_file_that_holds_no_dashboard_is_an_error() -> None:
    assert said([]) == [
        "error PLT438 boards/theirs.json holds no dashboard: a dashboard is a mapping"
    ]
