"""The maintenance job and the audit log, on PostgreSQL 17 with pgaudit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import yaml
from tools.trixie_server import Server, server

from platc_compiler.pipeline import compile_platform
from platc_compiler.source.source import Source
from tests import tools
from tests.tools import ROOT

pytestmark = pytest.mark.e2e

PLATFORM = ROOT / "tests/golden/platforms/maintained.yaml"
APP = "of the\\application'"
TABLES = """
CREATE TABLE orders.lines (id int PRIMARY KEY, sku text) WITH (autovacuum_vacuum_threshold = 7);
CREATE TABLE orders.heads (id int PRIMARY KEY, note text) WITH (fillfactor = 70);
CREATE TABLE public.other (id int) WITH (autovacuum_vacuum_threshold = 9);
CREATE INDEX unused ON orders.lines (sku);
CREATE INDEX again ON orders.lines (sku);
CREATE INDEX left_ccnew ON orders.heads (note);
INSERT INTO orders.lines SELECT i, i::text FROM generate_series(1, 20000) i;
UPDATE orders.lines SET sku = sku || 'x';
"""
OPTIONS = "SELECT array_to_string(reloptions, ',') FROM pg_class WHERE oid = '{}'::regclass"


def _objects(*changes: tuple[str, str]) -> dict[str, Any]:
    text = PLATFORM.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    files = compile_platform(Source(text, PLATFORM.name)).files
    return {
        path.rpartition("/")[2]: yaml.safe_load(body)
        for path, body in files.items()
        if path.startswith("manifests/")
    }


@contextmanager
def _running(objects: dict[str, Any]) -> Iterator[Server]:
    tools.trixie("usr/share/postgresql/17/extension/pgaudit.control")
    with server(objects["configmap-postgres-config.yaml"]["data"]) as running:
        assert "WARNING" not in running.log
        name = next(each for each in objects if each.startswith("configmap-postgres-bootstrap"))
        running.bootstrap(objects[name]["data"], {"database/app": APP})
        yield running


def _maintain(running: Server, objects: dict[str, Any]) -> str:
    """Run the emitted script as the job does, and return its log."""
    folder = running.folder / "maintenance"
    folder.mkdir(exist_ok=True)
    for name, text in objects["configmap-postgres-maintenance.yaml"]["data"].items():
        (folder / name).write_text(text)
    own = running.inside(folder)
    done = running.run(
        ("/bin/bash", f"{own}/maintenance.sh"), SCRIPTS=own,
        SUPERUSER_PASSWORD_FILE=running.inside(running.folder / "superuser"),
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def _done(log: str) -> str:
    """Return what a run has done, without its report: that shows earlier statements."""
    done, heading, _ = log.partition("Tables with the most dead rows")
    assert heading
    return done


def test_maintenance_converges_and_reports() -> None:
    """Settings become what is stated; a second run alters nothing; removed ones are reset."""
    objects = _objects()
    with _running(objects) as running:
        running.answer(TABLES, PGDATABASE="shop")
        running.answer(
            "UPDATE pg_index SET indisvalid = false"
            " WHERE indexrelid = 'orders.left_ccnew'::regclass",
            PGDATABASE="shop",
        )
        first = _maintain(running, objects)
        assert _done(first).count("ALTER TABLE") == 3
        assert "DROP INDEX" in first
        assert "REINDEX" in first
        assert "VACUUM" in first

        def options(table: str) -> set[str]:
            return set(running.answer(OPTIONS.format(table), PGDATABASE="shop").split(","))

        common = "autovacuum_analyze_threshold=500"
        assert options("orders.lines") == {"autovacuum_vacuum_scale_factor=0.01", common}
        assert options("orders.heads") == {
            "autovacuum_vacuum_scale_factor=0.05", common, "fillfactor=70",
        }  # fmt: skip
        assert options("public.other") == {"autovacuum_vacuum_threshold=9"}
        dead = "SELECT n_dead_tup FROM pg_stat_user_tables WHERE relname = 'lines'"
        assert running.answer(dead, PGDATABASE="shop") == "0"

        second = _maintain(running, objects)
        assert "ALTER TABLE" not in _done(second)
        assert "DROP INDEX" not in _done(second)
        for heading, found in (
            ("Indexes that no query has used", "orders.unused"),
            ("Indexes of the same columns", "orders.unused, orders.again"),
            ("Statements that take the most time", "INSERT INTO orders.lines"),
        ):
            part = second.partition(heading)[2]
            assert found in part, second
        assert "password" not in second.lower()

        fewer = _objects((", analyze_threshold: 500", ""))
        assert _done(_maintain(running, fewer)).count("ALTER TABLE") == 2
        assert options("orders.lines") == {"autovacuum_vacuum_scale_factor=0.01"}


def test_pgaudit_logs_definitions_and_changes_and_no_password() -> None:
    """The log has who did what; a query of rows is not among the stated classes."""
    with _running(_objects()) as running:
        running.answer(TABLES, PGDATABASE="shop")
        own = {"PGUSER": "app", "PGPASSWORD": APP, "PGDATABASE": "shop"}
        running.answer("CREATE TABLE orders.mine (id int)", **own)
        running.answer("INSERT INTO orders.mine VALUES (42)", **own)
        running.answer("SELECT id FROM orders.mine", **own)
        running.answer("ALTER ROLE app PASSWORD 'a new secret'")
        audited = [line for line in running.log.splitlines() if "AUDIT: SESSION" in line]
        text = "\n".join(audited)
        assert any("app@shop" in line and "DDL,CREATE TABLE,TABLE,orders.mine" in line
                   for line in audited)  # fmt: skip
        assert "WRITE,INSERT" in text
        assert "ROLE,ALTER ROLE" in text
        assert "READ,SELECT" not in text
        assert "a new secret" not in running.log
        assert APP not in running.log
        assert "connection authorized: user=app database=shop" in running.log


def test_server_log_has_definitions_where_there_is_no_pgaudit() -> None:
    """Without pgaudit, log_statement logs them as they were sent."""
    objects = _objects(("by: pgaudit, classes: [ddl, role, write]", "by: server"))
    with _running(objects) as running:
        assert running.answer("SHOW log_statement") == "ddl"
        running.answer("CREATE TABLE public.seen (id int); INSERT INTO public.seen VALUES (42)")
        assert "statement: CREATE TABLE public.seen" in running.log
        running.answer("INSERT INTO public.seen VALUES (43)")
        assert "VALUES (43)" not in running.log
        assert APP not in running.log
