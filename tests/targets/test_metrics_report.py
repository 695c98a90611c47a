"""The report of declared metrics says what each is, who exports it, and who uses it."""

from __future__ import annotations

import re

from platc_compiler.expressions.exported_metrics import all_exported
from platc_compiler.pipeline import compile_platform
from platc_compiler.source.emit import yaml_text
from platc_compiler.source.source import Source
from tests.tools import ROOT


def rows(text: str) -> dict[str, list[str]]:
    """Return the cells of each row by the name of its metric."""
    declared = text.partition("\n## ")[0]
    lines = [line for line in declared.splitlines() if line.startswith("| `")]
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
    found = rows(result.files["report/metrics.md"])
    assert found["took_seconds"] == ["histogram", "Seconds \\| a request", "", "web", "alert Busy"]
    assert found["idle"][-1] == "nobody"


def test_series_of_others_are_listed_with_their_source_and_their_users() -> None:
    text = (ROOT / "out/report/metrics.md").read_text(encoding="utf-8")
    used = text.partition("\n## ")[2].splitlines()
    assert (
        "| `kube_cronjob_created` | gauge | cronjob, namespace | kube-state-metrics "
        "| alert PostgresBackupFailed, alert PostgresBackupTooOld |"
    ) in used
    assert not any("data_quality_score" in line for line in used)


def test_every_metric_of_an_exporter_is_used_or_unused_or_not_stored() -> None:
    used = (ROOT / "out/report/metrics.md").read_text(encoding="utf-8")
    exported = (ROOT / "out/report/exported-metrics.md").read_text(encoding="utf-8")
    section = exported.partition("## the nodes' cadvisor\n")[2].partition("\n## ")[0]
    for metric in all_exported("cadvisor"):
        unused = re.search(rf"^\w+ {metric.name}( |$)", section, re.MULTILINE) is not None
        dropped = re.search(rf"^Not stored: .*\b{metric.name}\b", section, re.MULTILINE) is not None
        read = re.search(rf"\| `{metric.name}(_bucket|_sum|_count)?` \|", used) is not None
        assert [unused, dropped, read].count(True) == 1, metric.name
    assert "container_memory_numa_pages" in section.partition("```")[0]
