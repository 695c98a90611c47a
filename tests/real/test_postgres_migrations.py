"""Flyway itself on the migrations that platc emits, and PostgreSQL on the wait of their users."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from platc_compiler.pipeline import compile_platform
from platc_compiler.source.source import Source
from tests import tools
from tests.real.postgres_instances import Instance, folder_of_servers

pytestmark = pytest.mark.e2e

PASSWORDS = {"shop": "own'er $(id)", "reports": 'read"er', "stock": "st\\ock"}
PLATFORM: dict[str, Any] = {
    "platform": "shop",
    "version": 1,
    "cluster": {"nodes": {"main": {"memory": "8Gi", "cpu": 4}}},
    "namespaces": {"data": {}},
    "secrets": {"pg": {"keys": ["superuser", *PASSWORDS]}},
    "services": {
        "db": {
            "kind": "postgres",
            "version": 18,
            "storage": "1Gi",
            "superuser_password": "pg/superuser",
            "roles": {name: {"password": f"pg/{name}"} for name in PASSWORDS},
            "databases": {
                "shop": {
                    "owner": "shop",
                    "schemas": {
                        "orders": {"readers": ["reports"]},
                        "stock": {"owner": "stock"},
                    },
                }
            },
        },
        "web": {
            "kind": "workload",
            "image": "example.com/web:1.4.2",
            "env": {"PGPASSWORD": "${pg/reports}"},
            "depends_on": ["db"],
        },
    },
}
FIRST = {
    "V1__items.sql": "CREATE TABLE items (id bigint PRIMARY KEY, note text DEFAULT '${none}');\r\n",
    "V1.1__prices.sql": "\ufeff-- prices: ä€\nALTER TABLE items ADD COLUMN price numeric;\n\n",
    "V2__function.sql": "CREATE FUNCTION one() RETURNS int LANGUAGE sql AS $$ SELECT 1; $$;",
    "R__views.sql": "CREATE OR REPLACE VIEW cheap AS SELECT * FROM items WHERE price < 1;",
}


def emitted(files: dict[str, str], **more: str) -> dict[str, dict[str, Any]]:
    """Return the emitted objects by kind and name, without the digest of a Job."""
    migrations = {"orders": {"database": "shop", "schema": "orders", "files": files, **more}}
    services = PLATFORM["services"]
    changed = services | {"db": services["db"] | {"migrations": migrations}}
    result = compile_platform(Source(yaml.safe_dump(PLATFORM | {"services": changed})))
    assert not result.failed, result.diagnostics
    found = [yaml.safe_load(t) for p, t in result.files.items() if p.startswith("manifests/")]
    return {f"{b['kind']}/{b['metadata']['name']}": b for b in found}


@pytest.fixture
def primary() -> Iterator[Instance]:
    with folder_of_servers() as folder:
        started = Instance(folder / "primary")
        started.initdb()
        objects = emitted(FIRST)
        started.configure(objects["ConfigMap/db-config"]["data"])
        started.start()
        try:
            started.bootstrap(objects["ConfigMap/db-bootstrap"]["data"], PASSWORDS)
            programs = started.folder / "bin"
            programs.mkdir()
            flyway = tools.flyway()
            (programs / "flyway").write_text(
                f"#!/bin/sh\nexec java -cp '{flyway}:{flyway}/lib/*' Migrate \"$@\"\n"
            )
            (programs / "flyway").chmod(0o755)
            yield started
        finally:
            started.stop()


def migrate(
    primary: Instance, files: dict[str, str], **more: str
) -> subprocess.CompletedProcess[str]:
    """Run the emitted Job."""
    objects = emitted(files, **more)
    (job,) = (body for name, body in objects.items() if name.startswith("Job/db-migrate-orders-"))
    (container,) = job["spec"]["template"]["spec"]["containers"]
    env = {each["name"]: each["value"] for each in container["env"]}
    assert "db.data.svc:5432" in env["FLYWAY_URL"]
    assert container["command"][:2] == ["/bin/bash", "-c"]
    (primary.folder / "owner").write_text(f"{PASSWORDS[env['FLYWAY_USER']]}\n")
    folder, work = primary.folder / "migrations", primary.folder / "work"
    for each in (folder, work / "sql"):
        each.mkdir(parents=True, exist_ok=True)
        for old in each.iterdir():
            old.unlink()
    for name, text in objects["ConfigMap/db-migrate-orders"]["data"].items():
        (folder / name).write_bytes(text.encode())
    primary.own()
    address = f"127.0.0.1:{primary.port}"
    path = f"{primary.folder / 'bin'}:{primary.environment()['PATH']}"
    return primary.script(
        container["command"][2],
        **env | {
            "FLYWAY_URL": env["FLYWAY_URL"].replace("db.data.svc:5432", address),
            "PASSWORD_FILE": str(primary.folder / "owner"), "MIGRATIONS": str(folder),
            "WORK": str(work), "PATH": path, "FLYWAY_CONNECT_RETRIES": "0",
        },
    )  # fmt: skip


def is_over(primary: Instance, files: dict[str, str], **more: str) -> bool:
    """Say whether the emitted init container of ``web`` would end now."""
    pod = emitted(files, **more)["Deployment/web"]["spec"]["template"]["spec"]
    (wait,) = pod["initContainers"]
    env = {each["name"]: each.get("value", "") for each in wait["env"]}
    (password,) = (e["valueFrom"]["secretKeyRef"] for e in wait["env"] if e["name"] == "PGPASSWORD")
    assert (env["PGHOST"], env["PGPORT"]) == ("db.data.svc", "5432")
    env |= {"PGHOST": "127.0.0.1", "PGPORT": str(primary.port)}
    once = wait["command"][2].replace("sleep 3", "exit 3")
    done = primary.script(once, **env | {"PGPASSWORD": PASSWORDS[password["key"]]})
    assert done.returncode in (0, 3), done.stderr
    return done.returncode == 0


def tables(primary: Instance) -> str:
    return primary.answer(
        "SELECT string_agg(tablename || ' ' || tableowner, ', ' ORDER BY tablename)"
        " FROM pg_tables WHERE schemaname = 'orders' AND tablename <> 'flyway_schema_history'",
        "shop",
    )


def test_files_are_run_once_by_the_owner_and_their_users_wait(primary: Instance) -> None:
    assert not is_over(primary, FIRST)
    done = migrate(primary, FIRST)
    assert done.returncode == 0, done.stdout + done.stderr
    assert tables(primary) == "items shop"
    assert is_over(primary, FIRST)
    reads = {"user": "reports", "password": PASSWORDS["reports"], "database": "shop"}
    assert primary.client.sql("SELECT count(*) FROM orders.cheap", **reads).stdout == "0\n"

    count = "SELECT count(*) FROM orders.flyway_schema_history"
    before = primary.answer(count, "shop")
    assert migrate(primary, FIRST).returncode == 0
    assert primary.answer(count, "shop") == before

    more = FIRST | {"V3__stock.sql": "ALTER TABLE items ADD COLUMN stock int;"}
    assert not is_over(primary, more)
    assert migrate(primary, more).returncode == 0
    assert is_over(primary, more)
    views = more | {"R__views.sql": "CREATE OR REPLACE VIEW cheap AS SELECT * FROM items;"}
    assert not is_over(primary, views)
    assert migrate(primary, views).returncode == 0
    assert is_over(primary, views)


def test_what_platc_refuses_of_released_files_is_what_flyway_refuses(primary: Instance) -> None:
    assert migrate(primary, FIRST).returncode == 0
    changed = FIRST | {"V2__function.sql": "SELECT 2;"}
    done = migrate(primary, changed)
    assert done.returncode != 0
    assert "checksum mismatch" in done.stderr
    gone = {name: text for name, text in FIRST.items() if not name.startswith("V1.1")}
    done = migrate(primary, gone)
    assert done.returncode != 0
    assert "not resolved locally" in done.stderr
    late = FIRST | {"V1.5__late.sql": "SELECT 3;"}
    done = migrate(primary, late)
    assert done.returncode != 0
    assert "not applied to database" in done.stderr
    # The ends of lines are no change, as platc says too.
    ends = {name: text.replace("\r\n", "\n") for name, text in FIRST.items()}
    assert migrate(primary, ends).returncode == 0


def test_a_file_that_fails_leaves_nothing_and_its_users_wait(primary: Instance) -> None:
    broken = FIRST | {"V3__broken.sql": "CREATE TABLE half (n int); SELECT nothing FROM nowhere;"}
    done = migrate(primary, broken)
    assert done.returncode != 0
    assert tables(primary) == "items shop"
    assert not is_over(primary, broken)


def test_a_schema_of_another_is_refused_by_the_server_too(primary: Instance) -> None:
    # What platc refuses by its name is built by a name that it cannot see.
    hidden = FIRST | {
        "V3__other.sql": "DO $$ BEGIN EXECUTE 'CREATE TABLE st' || 'ock.mine (n int)'; END $$;"
    }
    done = migrate(primary, hidden)
    assert done.returncode != 0
    assert "permission denied for schema stock" in done.stdout + done.stderr


def test_a_schema_with_tables_begins_at_its_baseline(primary: Instance) -> None:
    made = primary.client.sql(
        "CREATE TABLE orders.items (id bigint, price numeric, note text)",
        user="shop", password=PASSWORDS["shop"], database="shop",
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    done = migrate(primary, FIRST)
    assert done.returncode != 0
    assert "non-empty schema" in done.stderr
    done = migrate(primary, FIRST, baseline="1.1")
    assert done.returncode == 0, done.stderr
    assert is_over(primary, FIRST, baseline="1.1")
    assert primary.answer("SELECT count(*) FROM orders.cheap", "shop") == "0"


def test_no_password_is_told(primary: Instance) -> None:
    done = migrate(primary, FIRST)
    for text in (done.stdout, done.stderr, primary.log):
        assert not [each for each in PASSWORDS.values() if each in text]
