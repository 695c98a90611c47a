"""What the exporter of PostgreSQL really serves, and the rules on it."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from tools.catalogue import Metric, gather
from tools.metric_catalogues import of_postgres
from tools.trixie_server import exporter, fetched

from platc_compiler.expressions.exported_metrics import all_exported
from platc_compiler.pipeline import compile_platform
from platc_compiler.source.source import Source
from platc_spec.quantities import parse_bytes
from tests import tools
from tests.real import memory
from tests.real.postgres_bootstrap import config_maps, run
from tests.real.postgres_server import server as postgres_server
from tests.tools import ROOT

WATCHED = """
platform: watched
version: 1
cluster: { nodes: { main: { memory: 8Gi, cpu: 4 } } }
namespaces: { data: }
secrets: { pg: { keys: [superuser, app, exporter] } }
services:
  postgres:
    kind: postgres
    version: MAJOR  # platc: allow PLT509 because it is the oldest one that platc knows
    storage: 5Gi
    superuser_password: pg/superuser
    roles: { app: { password: pg/app } }
    databases: { shop: { owner: app } }
    exporter: { password: pg/exporter }
"""
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


def _as_emitted(text: str, port: int) -> tuple[Any, dict[str, str]]:
    """Return the exporter's container, and its environment for a server on this machine."""
    (workload,) = (
        yaml.safe_load(body)
        for path, body in compile_platform(Source(text)).files.items()
        if path.endswith("deployment-postgres-exporter.yaml")
    )
    container = workload["spec"]["template"]["spec"]["containers"][0]
    stated = {each["name"]: each["value"] for each in container["env"]}
    address = stated["DATA_SOURCE_URI"].replace("postgres.data.svc:5432", f"127.0.0.1:{port}")
    return container, {
        "DATA_SOURCE_URI": address, "DATA_SOURCE_USER": "exporter", "DATA_SOURCE_PASS": "secret",
        "GOMEMLIMIT": stated["GOMEMLIMIT"],
    }  # fmt: skip


@pytest.mark.e2e
def test_exporter_needs_less_memory_than_it_may_have(tmp_path: Path) -> None:
    """With as many tables and statements as it serves at most; docs/memory.md has the figure."""
    tools.trixie("usr/bin/prometheus-postgres-exporter")
    text = WATCHED.replace("MAJOR", "18")
    maps = config_maps(text)
    bootstrap = next(body for name, body in maps.items() if name.startswith("postgres-bootstrap"))
    with postgres_server(maps["postgres-config"]) as running:
        run(running, bootstrap, {"app": "a", "exporter": "secret"})
        running.answer(
            "DO $$ BEGIN FOR i IN 1..60 LOOP"
            " EXECUTE format('CREATE TABLE t%s (a int PRIMARY KEY)', i); END LOOP; END $$",
            "shop",
        )
        container, environment = _as_emitted(text, running.port)
        queries = maps["postgres-exporter"]["queries.yaml"]
        with exporter(container["args"], queries, environment, tmp_path) as watching:
            for _ in range(10):
                served = fetched(watching.address)
            taken = memory.settled(watching.session)
    assert served.count('pg_stat_user_tables_n_live_tup{datname="shop"') == 50
    samples = sum(not line.startswith("#") for line in served.splitlines())
    job = yaml.safe_load(_files()["prometheus/prometheus.yml"])["scrape_configs"]
    assert samples < next(each["sample_limit"] for each in job if each["job_name"] == "postgres")
    limit = parse_bytes(container["resources"]["limits"]["memory"])
    print(f"{taken / memory.MIB:.0f} MiB, {samples} samples")
    assert taken < 0.9 * limit


@pytest.mark.e2e
@pytest.mark.parametrize("major", [13, 18])
def test_queries_run_on_the_oldest_and_the_newest_major(major: int, tmp_path: Path) -> None:
    """The emitted settings load without a warning, and the exporter has no error."""
    tools.trixie("usr/bin/prometheus-postgres-exporter")
    text = WATCHED.replace("MAJOR", str(major))
    maps = config_maps(text)
    bootstrap = next(body for name, body in maps.items() if name.startswith("postgres-bootstrap"))
    with postgres_server(maps["postgres-config"], None if major == 18 else major) as running:
        run(running, bootstrap, {"app": "a", "exporter": "secret"})
        running.answer("CREATE TABLE rows_of_it (a int PRIMARY KEY)", "shop")
        log = (running.folder / "log").read_text(encoding="utf-8")
        assert "WARNING" not in log
        container, environment = _as_emitted(text, running.port)
        queries = maps["postgres-exporter"]["queries.yaml"]
        with exporter(container["args"], queries, environment, tmp_path) as watching:
            lines = fetched(watching.address).splitlines()
    assert "pg_up 1" in lines
    assert "pg_exporter_last_scrape_error 0" in lines
    assert any(line.startswith("pg_stat_user_tables_n_live_tup{") for line in lines)
    assert any(line.startswith("pg_stat_statements_calls_total{") for line in lines)
    served: dict[str, Metric] = {}
    gather(lines, served)
    known = {metric.name: metric for metric in all_exported("postgres")}
    assert {name for name in served if name not in known} == set()
    for name, metric in served.items():
        labels = known[name].labels
        assert labels is not None
        assert set().union(*metric.series) <= labels, name
