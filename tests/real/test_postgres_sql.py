"""``platc sql`` and its comparison with a running server, on PostgreSQL 18 and 15."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.real.postgres_bootstrap import config_maps, run
from tests.real.postgres_server import SUPERUSER_PASSWORD, Server, server

pytestmark = pytest.mark.e2e

PASSWORDS = {"app": "ap'p", "reports": 're"ports', "pooler": "pool", "replication": "re pl"}
PLATFORM = """
platform: shop
version: 1
cluster: { nodes: { main: { count: 3, memory: 8Gi, cpu: 4 } } }
namespaces: { data: {} }
secrets: { pg: { keys: [superuser, app, reports, pooler, replication] } }
services:
  db:
    kind: postgres
    version: VERSION
    storage: 1Gi
    superuser_password: pg/superuser
    roles:
      app: { password: pg/app }
      'the "reports"': { password: pg/reports, connections: 40, settings: { work_mem: 8MB } }
    databases:
      shop: { owner: app, schemas: { orders: { readers: ['the "reports"'] }, stock: {} } }
      empty: { owner: app }
    pooler: { password: pg/pooler }
    config: { max_connections: 140 }
    replicas: { count: 1, password: pg/replication }
"""


class Compared:
    """A server, and the commands of somebody who compares it with platform.yaml."""

    def __init__(self, major: int, running: Server, folder: Path) -> None:
        self.server, self.file = running, folder / "platform.yaml"
        self.text = PLATFORM.replace("VERSION", str(major))
        self.file.write_text(self.text)

    def platc(self, *words: str, password: str = SUPERUSER_PASSWORD) -> tuple[int, str, str]:
        """Run ``platc sql``: the exit code and what both streams say."""
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        environment = self.server.environment(PGPASSWORD=password, PGDATABASE="nowhere")
        environment["PATH"] += f":{path}"
        done = subprocess.run(
            ["platc", "sql", "-f", self.file, *words], env=environment, timeout=60,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout, done.stderr

    def diff(self) -> list[str]:
        """Return the statements that would change the server."""
        code, said, remarks = self.platc("db", "--diff")
        assert code == 0, remarks
        return said.splitlines()

    def psql(self, sql: str) -> str:
        """Run a text as somebody at a terminal would."""
        done = subprocess.run(
            ["psql", "--no-psqlrc"], input=sql, timeout=60, capture_output=True, text=True,
            check=False, env=self.server.environment(PGPASSWORD=SUPERUSER_PASSWORD),
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def state(self) -> str:
        """Return what changes with every change of roles, rights and databases."""
        found = [
            self.server.answer(
                "SELECT 'role', rolname, xmin::text FROM pg_authid UNION ALL"
                " SELECT 'database', datname, xmin::text FROM pg_database UNION ALL"
                " SELECT 'namespace', nspname, xmin::text FROM pg_namespace"
                "  WHERE nspname !~ '^pg_t' UNION ALL"
                " SELECT 'slot', slot_name, '' FROM pg_replication_slots ORDER BY 1, 2",
                database,
            )
            for database in ("postgres", "template1")
        ]
        return "\n".join(found)


@pytest.fixture(params=(18, 15))
def compared(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Compared]:
    major: int = request.param
    config = config_maps(PLATFORM.replace("VERSION", str(major)))["db-config"]
    with server(config, None if major == 18 else major) as started:
        yield Compared(major, started, tmp_path)


def test_a_comparison_prints_what_the_job_runs_and_changes_nothing(compared: Compared) -> None:
    before = compared.state()
    expected = compared.diff()
    assert compared.state() == before
    assert any(line.startswith('CREATE ROLE "the ""reports""" WITH LOGIN') for line in expected)
    assert "CREATE DATABASE shop OWNER app;" in expected
    orders = expected.index("CREATE SCHEMA orders AUTHORIZATION app;")
    assert expected[orders - 1] == "\\connect shop"
    assert "-- the function pgbouncer.lookup, for the role pgbouncer" in expected

    said = run(compared.server, config_maps(compared.text)["db-bootstrap"], PASSWORDS)
    missing = [line for line in expected if line not in said.splitlines()]
    assert missing == []
    assert compared.diff() == []
    assert "nothing would change" in compared.platc("db", "--diff")[2]


def test_the_printed_sql_sets_up_a_server_without_its_passwords(compared: Compared) -> None:
    code, sql, _ = compared.platc()
    assert code == 0
    said = compared.psql(sql)
    assert "there is no /run/secrets/postgres/roles/pg/app" in said
    assert compared.diff() == []
    rights = "SELECT rolpassword IS NULL FROM pg_authid WHERE rolname = 'app'"
    assert compared.server.answer(rights) == "t"
    # The job adds the passwords, and finds nothing else to do.
    said = run(compared.server, config_maps(compared.text)["db-bootstrap"], PASSWORDS)
    assert [line for line in said.splitlines() if line.endswith(";")] == []
    before = compared.server.answer("SELECT rolname, rolpassword FROM pg_authid ORDER BY 1")
    # By hand, a second time: passwords stay.
    assert [line for line in compared.psql(sql).splitlines() if line.endswith(";")] == []
    assert compared.server.answer("SELECT rolname, rolpassword FROM pg_authid ORDER BY 1") == before
    asked = {"user": "app", "password": PASSWORDS["app"], "database": "shop"}
    assert compared.server.sql("SELECT 1", **asked).stdout == "1\n"


def test_a_comparison_finds_what_was_changed_on_either_side(compared: Compared) -> None:
    compared.psql(compared.platc()[1])
    running = compared.server
    running.answer('ALTER ROLE "the ""reports""" CONNECTION LIMIT 9')
    running.answer('REVOKE USAGE ON SCHEMA orders FROM "the ""reports"""', "shop")
    running.answer("SELECT pg_create_physical_replication_slot('platc_replica_7')")
    assert compared.diff() == [
        (
            'ALTER ROLE "the ""reports""" WITH LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE INHERIT'
            " NOREPLICATION NOBYPASSRLS CONNECTION LIMIT 40;"
        ),
        "\\connect shop",
        'GRANT USAGE ON SCHEMA orders TO "the ""reports""";',
        "SELECT pg_drop_replication_slot('platc_replica_7');",
    ]
    compared.psql(compared.platc()[1])
    assert compared.diff() == []

    fewer = compared.text.replace(", stock: {}", "").partition("    replicas:")[0]
    compared.file.write_text(fewer)
    code, said, remarks = compared.platc("db", "--diff")
    assert code == 0
    assert said.splitlines() == [
        "ALTER ROLE platc_replication NOLOGIN PASSWORD NULL;",
        "REVOKE CONNECT ON DATABASE postgres FROM platc_replication;",
    ]
    assert "-- kept: schema stock of the database shop" in remarks


def test_a_refused_login_says_so_and_shows_no_password(compared: Compared) -> None:
    code, said, remarks = compared.platc("db", "--diff", password="wrong one")  # noqa: S106
    assert (code, said) == (1, "")
    assert "password authentication failed" in remarks
    assert "wrong one" not in remarks
