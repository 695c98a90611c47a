"""What the exporter of PostgreSQL really serves, and the rules on it."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from tools.metric_catalogues import of_postgres

from platc_compiler.expressions.exported_metrics import all_exported
from platc_compiler.pipeline import compile_platform
from platc_compiler.source.source import Source
from tests import tools
from tests.tools import ROOT

PLATFORM = ROOT / "tests/golden/platforms/database.yaml"


def _files() -> dict[str, str]:
    result = compile_platform(Source(PLATFORM.read_text(encoding="utf-8"), PLATFORM.name))
    assert not result.failed
    return dict(result.files)


def test_each_alert_fires_and_stays_silent_as_its_test_says(tmp_path: Path) -> None:
    """promtool runs the tests of the rules."""
    files = _files()
    for name, text in files.items():
        if name.startswith("prometheus/"):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text, encoding="utf-8")
    rules = tmp_path / "prometheus/rules/postgres.yml"
    assert rules.read_text(encoding="utf-8").count("alert: Postgres") == 9
    done = subprocess.run(
        [tools.tool("promtool"), "test", "rules", tmp_path / "prometheus/tests/postgres.test.yml"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_dashboard_and_alerts_read_only_what_is_in_the_catalogue() -> None:
    """A name that is not there would be an empty panel or an alert that never fires."""
    known = {metric.name for metric in all_exported("postgres")}
    files = _files()
    read = set[str]()
    for name in ("grafana/dashboards/postgres-server.json", "prometheus/rules/postgres.yml"):
        read |= set(re.findall(r"\bpg_[a-z_]+\b", files[name])) - {"pg_drop_replication_slot"}
    assert len(read) > 20
    assert read - known - {"pg_stat_statements"} == set()


@pytest.mark.e2e
def test_catalogue_is_what_the_exporter_serves() -> None:
    """postgres_exporter runs with the emitted arguments, against PostgreSQL 17."""
    tools.trixie("usr/bin/prometheus-postgres-exporter")
    served = {name: metric.line(name) for name, metric in of_postgres().items()}
    text = (ROOT / "compiler/platc_compiler/expressions/exported_metrics/postgres.txt").read_text(
        encoding="utf-8"
    )
    assert text.splitlines()[1:] == [served[name] for name in sorted(served)]
