"""PgBouncer itself on the files that platc emits, before a real PostgreSQL."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import yaml

from platc_compiler.pipeline import Result, compile_platform
from platc_compiler.settings.pgbouncer import settings
from platc_compiler.source.source import Source
from tests import tools
from tests.real.pgbouncer_server import Pooler, pgbouncer
from tests.real.postgres_server import SUPERUSER_PASSWORD, Server, server

pytestmark = pytest.mark.e2e

PASSWORDS = {
    "app": "a\"p'p \\$(id)", "reports": "r:e@p/o%rts", "pooler": 'po"ol\'er \\ $x', "few": "few",
}  # fmt: skip
DRIVERS = Path(__file__).parent / "drivers"

PLATFORM = """
platform: shop
version: 1
cluster: { nodes: { main: { memory: 8Gi, cpu: 4 } } }
namespaces: { data: {} }
secrets:
  pg: { keys: [superuser, app, reports, pooler, few] }
services:
  db:
    kind: postgres
    version: 18
    storage: 1Gi
    superuser_password: pg/superuser
    roles:
      app: { password: pg/app }
      reports: { password: pg/reports }
      few: { password: pg/few, connections: 6 }
    databases:
      shop:
        owner: app
        schemas: { orders: { readers: [reports] } }
      small: { owner: few }
    config: { max_connections: 22 }
    pooler:
      password: pg/pooler
      max_client_conn: 8
      default_pool_size: 2
      query_wait_timeout: 2s
      databases: { small: { pool_size: 3 } }
"""


def _compiled() -> Result:
    result = compile_platform(Source(PLATFORM))
    assert not result.failed, result.diagnostics
    return result


COMPILED = _compiled()
_MANIFESTS = [
    yaml.safe_load(text)
    for path, text in COMPILED.files.items()
    if path.startswith("manifests/")
]  # fmt: skip
OBJECTS: dict[str, dict[str, Any]] = {
    f"{body['kind']}/{body['metadata']['name']}": body for body in _MANIFESTS
}


def _most(port: str) -> int:
    """Return how many sessions platc's budget says that a port accepts."""
    assert COMPILED.platform is not None
    (limit,) = [each for each in COMPILED.platform.session_limits if each.port == port]
    return limit.most


def _of_the_pooler() -> int:
    """Return how many sessions the budget counts for a pod of the pooler."""
    assert COMPILED.platform is not None
    (sessions,) = COMPILED.platform.sessions
    return sessions.each


def _config_map(name: str) -> dict[str, str]:
    data: dict[str, str] = OBJECTS[f"ConfigMap/{name}"]["data"]
    return data


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    with server(_config_map("db-config")) as started:
        secrets = started.folder / "roles" / "pg"
        secrets.mkdir(parents=True)
        for role, password in PASSWORDS.items():
            (secrets / role).write_text(f"{password}\n")
        _bootstrap(started)
        _bootstrap(started)
        yield started


def _bootstrap(started: Server) -> None:
    files = _config_map("db-bootstrap")
    sql = started.folder / "bootstrap.sql"
    sql.write_text(
        files["bootstrap.sql"]
        .replace("/run/secrets/postgres/roles", str(started.folder / "roles"))
        .replace("/bootstrap/", f"{started.folder}/")
    )
    for name in ("declared.json", "replication.sql"):
        (started.folder / name).write_text(files[name])
    done = subprocess.run(
        ["/bin/bash", "-c", files["bootstrap.sh"]], capture_output=True, text=True, check=False,
        env=started.environment(
            SUPERUSER_PASSWORD_FILE=str(started.folder / "superuser"), BOOTSTRAP_SQL=str(sql)
        ),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


@pytest.fixture
def pooler(running: Server) -> Iterator[Pooler]:
    with pgbouncer(_config_map("db-pooler"), running.port, f"{PASSWORDS['pooler']}\n") as started:
        yield started


def _command(pooler: Pooler, user: str, database: str, *sql: str) -> list[str]:
    commands = [part for each in sql for part in ("-c", each)]
    return [str(tools.postgres("psql")), "-X", "-A", "-t", "-v", "ON_ERROR_STOP=1", *commands,
            "-h", "127.0.0.1", "-p", str(pooler.port), "-U", user, "-d", database]  # fmt: skip


def _ask(
    pooler: Pooler, sql: str, user: str = "app", *, database: str = "shop", password: str = ""
) -> tuple[bool, str]:
    done = subprocess.run(
        _command(pooler, user, database, sql), capture_output=True, text=True, check=False,
        timeout=30, env=_environment(password or PASSWORDS.get(user, "none")),
    )  # fmt: skip
    return done.returncode == 0, (done.stdout + done.stderr).strip()


def _environment(password: str) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "PGPASSWORD": password}


@contextmanager
def _clients(
    pooler: Pooler, number: int, *sql: str, user: str = "app", database: str = "shop"
) -> Iterator[list[subprocess.Popen[str]]]:
    """Keep clients that run statements; a client's transaction keeps its connection."""
    started = [
        subprocess.Popen(
            _command(pooler, user, database, *sql), text=True, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=_environment(PASSWORDS[user]),
        )
        for _ in range(number)
    ]  # fmt: skip
    try:
        yield started
    finally:
        for each in started:
            each.kill()
            each.communicate()


def _await(pooler: Pooler, column: int, wanted: int, *, database: str = "shop") -> None:
    """Wait for a figure of SHOW POOLS: 2 active clients, 3 waiting ones, 6 servers at work."""
    for _ in range(100):
        rows = [line.split("|") for line in pooler.console("SHOW POOLS")]
        figures = [int(row[column]) for row in rows if row[0] == database]
        if sum(figures) == wanted:
            return
        time.sleep(0.1)
    raise AssertionError(pooler.console("SHOW POOLS"))


def _server_connections(running: Server, role: str) -> int:
    everybody = running.answer("SELECT usename FROM pg_stat_activity WHERE usename IS NOT NULL")
    return everybody.split().count(role)


def _end_sessions(running: Server) -> None:
    """End what earlier tests have left: a statement goes on when its client is gone."""
    running.answer(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename <> 'postgres'"
    )


def test_it_starts_with_the_emitted_settings_and_complains_of_none(pooler: Pooler) -> None:
    shown = {line.split("|")[0]: line.split("|")[1] for line in pooler.console("SHOW CONFIG")}
    assert {name: shown[name] for name in (
        "pool_mode", "max_client_conn", "default_pool_size", "auth_type", "auth_user",
        "auth_dbname", "max_prepared_statements", "query_wait_timeout", "stats_users",
        "ignore_startup_parameters", "track_extra_parameters",
    )} == {
        "pool_mode": "transaction", "max_client_conn": "8", "default_pool_size": "2",
        "auth_type": "hba", "auth_user": "pgbouncer", "auth_dbname": "pgbouncer_lookup",
        "max_prepared_statements": "200", "query_wait_timeout": "2", "stats_users": "stats",
        "ignore_startup_parameters": "extra_float_digits",
        "track_extra_parameters": "IntervalStyle, search_path",
    }  # fmt: skip
    log = pooler.log()
    assert settings((1, 24)) == shown.keys() | {"service_name"}, "the console does not show it"
    assert "WARNING" not in log
    assert "ERROR" not in log


def test_each_role_logs_in_to_the_databases_that_are_its_own(pooler: Pooler) -> None:
    assert _ask(pooler, "SELECT current_user, current_database()") == (True, "app|shop")
    assert _ask(pooler, "SELECT current_user", "reports") == (True, "reports")
    assert _ask(pooler, "SELECT current_user", "few", database="small") == (True, "few")
    done, said = _ask(pooler, "SELECT 1", "reports", database="small")
    assert not done
    assert "permission denied for database" in said


def test_nobody_else_comes_in(pooler: Pooler) -> None:
    for user, database, password in (
        ("app", "shop", "wrong"),
        ("stranger", "shop", "none"),
        ("postgres", "shop", SUPERUSER_PASSWORD),
        ("postgres", "postgres", SUPERUSER_PASSWORD),
        ("app", "pgbouncer_lookup", PASSWORDS["app"]),
        ("pgbouncer", "pgbouncer_lookup", PASSWORDS["pooler"]),
        ("stats", "pgbouncer", "none"),
        ("app", "pgbouncer", PASSWORDS["app"]),
        ("stats", "shop", "none"),
        ("app", "elsewhere", PASSWORDS["app"]),
    ):
        done, said = _ask(pooler, "SELECT 1", user, database=database, password=password)
        assert not done, (user, database)
        assert "SCRAM-SHA-256$" not in said


def test_only_the_lookup_of_pgbouncer_reads_passwords(running: Server) -> None:
    for role in ("app", "reports"):
        done = running.sql(
            "SELECT * FROM pgbouncer.lookup('app')", user=role, password=PASSWORDS[role]
        )
        assert "permission denied for schema pgbouncer" in done.stderr
    own = running.sql(
        "SELECT name FROM pgbouncer.lookup('app') UNION ALL SELECT name FROM"
        " pgbouncer.lookup('postgres')", user="pgbouncer", password=PASSWORDS["pooler"],
    )  # fmt: skip
    assert own.stdout.split() == ["app"]


def test_no_password_reaches_the_log_of_either_program(running: Server, pooler: Pooler) -> None:
    _ask(pooler, "SELECT 1")
    _ask(pooler, "SELECT 1", password="wrong")  # noqa: S106
    logs = pooler.log() + (running.folder / "log").read_text()
    assert not [
        password for password in PASSWORDS.values() if len(password) > 3 and password in logs
    ]


def test_prepared_statements_of_each_driver_pass_a_pool_of_transactions(pooler: Pooler) -> None:
    password = quote(PASSWORDS["app"], safe="")
    url = f"postgresql://app:{password}@127.0.0.1:{pooler.port}/shop"
    java = f"jdbc:postgresql://127.0.0.1:{pooler.port}/shop"
    commands: tuple[list[str | Path], ...] = (
        [tools.drivers(), DRIVERS / "with_psycopg.py", url],
        [tools.drivers(), DRIVERS / "with_asyncpg.py", url],
        ["java", "-cp", f"{tools.jdbc()}/*", DRIVERS / "WithJdbc.java", java, "app",
         PASSWORDS["app"]],
    )  # fmt: skip
    for command in commands:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
        assert done.stdout.strip() == "prepared", done.stdout + done.stderr
    rows = [line.split("|") for line in pooler.console("SHOW STATS_TOTALS")]
    assert [row for row in rows if row[0] == "shop" and int(row[9]) > 0], rows


def test_a_full_pool_makes_clients_wait_and_refuses_them_after_query_wait_timeout(
    running: Server, pooler: Pooler
) -> None:
    holding = ("BEGIN", "SELECT pg_sleep(30)")
    with _clients(pooler, 2, *holding):
        _await(pooler, 6, 2)
        assert _server_connections(running, "app") == 2
        before = time.monotonic()
        done, said = _ask(pooler, "SELECT 1")
        assert not done
        assert "query_wait_timeout" in said
        assert 1.5 <= time.monotonic() - before <= 6
        assert _server_connections(running, "app") == 2


def test_a_client_of_a_full_pool_goes_on_when_a_transaction_ends(pooler: Pooler) -> None:
    with _clients(pooler, 2, "BEGIN", "SELECT pg_sleep(1)", "COMMIT", "SELECT pg_sleep(30)"):
        _await(pooler, 6, 2)
        assert _ask(pooler, "SELECT 'served'") == (True, "served")


def test_one_more_client_than_max_client_conn_is_refused(pooler: Pooler) -> None:
    """The budget's number: the session of the exporter on the console is one of the eight."""
    assert _most("pooler") == 7
    console = [str(tools.postgres("psql")), "-X", "-c", r"\! echo in; sleep 30",
               "-h", str(pooler.folder), "-p", str(pooler.port), "-U", "stats",
               "-d", "pgbouncer"]  # fmt: skip
    environment = _environment("none")
    with (
        subprocess.Popen(console, stdout=subprocess.PIPE, env=environment) as exporter,
        _clients(pooler, _most("pooler"), r"\! echo in; sleep 30") as clients,
    ):
        assert exporter.stdout is not None
        assert exporter.stdout.readline() == b"in\n"
        for client in clients:
            assert client.stdout is not None
            assert client.stdout.readline() == "in\n"
        done, said = _ask(pooler, "SELECT 1")
        exporter.kill()
        assert not done
        assert "no more connections allowed (max_client_conn)" in said
    assert _ask(pooler, "SELECT 1") == (True, "1")


def test_full_pools_have_as_many_sessions_as_the_budget_counts(
    running: Server, pooler: Pooler
) -> None:
    holding = ("BEGIN", "SELECT pg_sleep(30)")
    with (
        _clients(pooler, 2, *holding),
        _clients(pooler, 2, *holding, user="reports"),
        _clients(pooler, 3, *holding, user="few", database="small"),
    ):
        _await(pooler, 6, 4)
        _await(pooler, 6, 3, database="small")
        # One session for the passwords is enough here; the budget has its whole pool.
        full = sum(_server_connections(running, role) for role in ("app", "reports", "few"))
        assert full + 2 == _of_the_pooler()


def test_the_server_refuses_a_pool_beyond_the_limit_of_its_role(
    running: Server, pooler: Pooler
) -> None:
    """PLT218 refuses such a pool."""
    _end_sessions(running)
    running.answer("ALTER ROLE few CONNECTION LIMIT 2")
    with _clients(pooler, 3, "BEGIN", "SELECT pg_sleep(30)", user="few", database="small"):
        _await(pooler, 6, 2, database="small")
        time.sleep(1)
        assert "too many connections for role" in pooler.log()
    running.answer("ALTER ROLE few CONNECTION LIMIT 6")


def test_a_transaction_ends_before_pgbouncer_does(running: Server, pooler: Pooler) -> None:
    """The signal is that of the emitted preStop hook."""
    stop = OBJECTS["Deployment/db-pooler"]["spec"]["template"]["spec"]["containers"][0]
    assert "kill -INT 1" in stop["lifecycle"]["preStop"]["exec"]["command"][2]
    with _clients(pooler, 1, "BEGIN; SELECT pg_sleep(2); SELECT 'whole'; COMMIT") as (client,):
        _await(pooler, 6, 1)
        pooler.process.send_signal(signal.SIGINT)
        said, _ = client.communicate(timeout=20)
        assert "whole" in said
        pooler.process.wait(timeout=20)
    assert running.answer("SELECT 1") == "1"


def test_the_server_refuses_one_more_than_its_budget(running: Server) -> None:
    """The budget's number: 22 of ``max_connections`` less 3 for superusers."""
    assert _most("sql") == 19
    _end_sessions(running)
    with _direct(running, _most("sql")):
        done = running.sql("SELECT 1", user="app", password=PASSWORDS["app"], database="shop")
        assert done.returncode != 0
        assert "remaining connection slots are reserved" in done.stderr


@contextmanager
def _direct(running: Server, number: int) -> Iterator[None]:
    """Keep sessions with the server itself."""
    started = [
        subprocess.Popen(
            [tools.postgres("psql"), "-X", "-c", r"\! echo in; sleep 30"],
            env=running.environment(PGUSER="app", PGPASSWORD=PASSWORDS["app"], PGDATABASE="shop"),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        )
        for _ in range(number)
    ]  # fmt: skip
    try:
        for each in started:
            assert each.stdout is not None
            assert each.stdout.readline() == b"in\n"
        yield
    finally:
        for each in started:
            each.kill()
            each.communicate()
