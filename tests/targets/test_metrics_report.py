"""The report of declared metrics says what each is, who exports it, and who uses it."""

from __future__ import annotations

from platc_compiler.pipeline import compile_platform
from platc_compiler.source.emit import yaml_text
from platc_compiler.source.source import Source
from tests.tools import ROOT


def rows(text: str) -> dict[str, list[str]]:
    """Return the cells of each row by the name of its metric."""
    lines = [line for line in text.splitlines() if line.startswith("| `")]
    cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
    return {name.strip("`"): rest for name, *rest in cells}


def test_the_four_metrics_of_the_document_are_all_there() -> None:
    found = rows((ROOT / "out/report/metrics.md").read_text(encoding="utf-8"))
    assert found["data_quality_score"] == [
        "gauge", "Data quality score (0-1)", "checkpoint, date", "pipeline-metrics",
        "alert DataQualityDegraded, dashboard pipeline-overview",
    ]  # fmt: skip
    assert len(found) == 4


def test_a_histogram_is_used_by_its_series_and_a_metric_by_nobody_says_so() -> None:
    alert = {
        "expr": "rate(took_seconds_count[5m]) > 1", "severity": "warning", "summary": "Busy",
        "test": {"fires": "took_seconds_count 0+600x30", "silent": "took_seconds_count 0"},
    }  # fmt: skip
    spec = {
        "platform": "p", "version": 1, "namespaces": {"a": None},
        "cluster": {"nodes": {"main": {"memory": "8GB", "cpu": 4}}},
        "services": {
            "prometheus": {"kind": "prometheus", "namespace": "a", "storage": "10Gi"},
            "web": {
                "kind": "workload", "image": "example.com/web:1.0", "namespace": "a",
                "ports": {"metrics": 8000}, "metrics": {"port": "metrics"},
            },
        },
        "metrics": {
            "took_seconds": {"help": "Seconds | a\nrequest", "type": "histogram", "from": "web"},
            "idle": {"help": "Idle", "from": "web"},
        },
        "alerts": {"Busy": alert},
    }  # fmt: skip
    result = compile_platform(Source(yaml_text(spec)))
    assert not result.failed, result.diagnostics
    found = rows(dict(result.files)["report/metrics.md"])
    assert found["took_seconds"] == ["histogram", "Seconds \\| a request", "", "web", "alert Busy"]
    assert found["idle"][-1] == "nobody"
