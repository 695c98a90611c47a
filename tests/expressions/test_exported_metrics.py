"""The metrics of well-known exporters."""

from __future__ import annotations

from pathlib import Path

import pytest
from tools.catalogue import catalogue as lines_of

from platc_compiler.expressions import exported_metrics as catalogue

FILES = sorted(Path(catalogue.__file__).parent.glob("*.txt"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_catalogue_names_its_source_and_each_metric_once(file: Path) -> None:
    assert file.read_text(encoding="utf-8").startswith("# Served by ")
    metrics = catalogue.exported(file.stem, "x", ())
    assert len({metric.name for metric in metrics}) == len(metrics) > 0
    assert {m.type for m in metrics} <= {"counter", "gauge", "histogram", "summary", "unknown"}


def test_a_catalogue_is_made_from_what_an_exporter_serves() -> None:
    served = """\
# HELP a_seconds Help {with="braces"}.
# TYPE a_seconds histogram
a_seconds_bucket{handler="x",le="1"} 2
a_seconds_sum{handler="x"} 2
# TYPE b gauge
b 1
# TYPE go_goroutines gauge
go_goroutines 7
"""
    assert list(lines_of(served.splitlines())) == ["histogram a_seconds handler", "gauge b"]
