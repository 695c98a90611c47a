"""PostgreSQL itself as primary and replica, from the files that platc emits."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from platc_compiler.pipeline import compile_platform
from platc_compiler.source.source import Source
from tests.real.postgres_instances import Instance, folder_of_servers, until
from tests.real.postgres_server import SUPERUSER_PASSWORD

pytestmark = pytest.mark.e2e

REPLICATION = "re'pl:ic\\ation $(id)"
PASSWORDS = {"app": "own'er", "reports": 'read"er', "replication": REPLICATION}
PLATFORM = """
platform: shop
version: 1
cluster: { nodes: { main: { count: 2, memory: 8Gi, cpu: 4 } } }
namespaces: { data: {} }
secrets: { pg: { keys: [superuser, app, reports, replication] } }
services:
  db:
    kind: postgres
    version: VERSION
    storage: 1Gi
    superuser_password: pg/superuser
    roles: { app: { password: pg/app }, reports: { password: pg/reports } }
    databases: { shop: { owner: app, schemas: { orders: { readers: [reports] } } } }
    config: { max_connections: CONNECTIONS, max_wal_size: 64MB, min_wal_size: 32MB }
    REPLICAS
"""
REPLICAS = """replicas:
      count: COUNT
      password: pg/replication
      roles: [reports]
      max_slot_wal_keep_size: 64Mi"""


class Emitted:
    """What platc makes of a platform."""

    def __init__(self, major: int, connections: int = 40, count: int = 1) -> None:
        text = PLATFORM.replace("VERSION", str(major)).replace("CONNECTIONS", str(connections))
        replicas = REPLICAS.replace("COUNT", str(count)) if count else ""
        result = compile_platform(Source(text.replace("REPLICAS", replicas)))
        assert not result.failed, result.diagnostics
        found = [yaml.safe_load(t) for p, t in result.files.items() if p.startswith("manifests/")]
        self.objects = {f"{b['kind']}/{b['metadata']['name']}": b for b in found}

    def config(self, name: str) -> dict[str, str]:
        data: dict[str, str] = self.objects[f"ConfigMap/{name}"]["data"]
        return data

    def container(self) -> dict[str, Any]:
        pod = self.objects["StatefulSet/db-replica"]["spec"]["template"]["spec"]
        (found,) = pod["initContainers"]
        return dict(found)


class Pair:
    """A primary, and the replica ``db-replica-0``."""

    def __init__(self, folder: Path, major: int) -> None:
        self.major = major
        self.primary = Instance(folder / "primary", major)
        self.replica = Instance(folder / "replica", major)
        (self.replica.folder / "password").write_text(f"{REPLICATION}\n")
        self.primary.initdb()
        self.deploy(Emitted(major))

    def deploy(self, emitted: Emitted) -> None:
        """Apply what is emitted: the files, a restart of the primary, the job that makes roles."""
        self.emitted = emitted
        self.primary.stop()
        self.primary.configure(emitted.config("db-config"))
        self.primary.start()
        self.bootstrap()

    def bootstrap(self) -> None:
        self.primary.bootstrap(self.emitted.config("db-bootstrap"), PASSWORDS)

    def follow(self) -> subprocess.CompletedProcess[str]:
        """Run the emitted init container of the replica."""
        self.replica.configure(self.emitted.config("db-replica-config"))
        container = self.emitted.container()
        assert container["command"] == ["/bin/bash", "/etc/postgresql/follow.sh"]
        env = {e["name"]: e.get("value", "") for e in container["env"]}
        assert env["PGHOST"] == "db.data.svc"
        return self.replica.script(
            self.emitted.config("db-replica-config")["follow.sh"],
            **env | {
                "PGHOST": "127.0.0.1", "PGPORT": str(self.primary.port), "POD": "db-replica-0",
                "PGDATA": str(self.replica.data), "RUN": str(self.replica.folder / "replication"),
                "PASSWORD_FILE": str(self.replica.folder / "password"),
                "CONFIG": str(self.replica.folder / "postgresql.conf"),
            },
        )  # fmt: skip

    def start_replica(self) -> str:
        """Start the pod of the replica; return what its init container said."""
        done = self.follow()
        assert done.returncode == 0, done.stdout + done.stderr
        self.replica.start()
        return done.stdout

    def caught_up(self) -> bool:
        lsn = self.primary.answer("SELECT pg_current_wal_lsn()")
        behind = f"SELECT pg_last_wal_replay_lsn() >= '{lsn}'::pg_lsn"
        return self.replica.answer(behind) == "t"

    def streams(self) -> bool:
        asked = "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'"
        return self.primary.answer(asked) == "1"

    def slots(self) -> str:
        return self.primary.answer(
            "SELECT slot_name, wal_status FROM pg_replication_slots ORDER BY 1"
        )

    def write(self, megabytes: int) -> None:
        """Write that much log, in segments of 16 MiB."""
        for _ in range(megabytes // 16):
            self.primary.answer("CREATE TABLE IF NOT EXISTS t (n int); INSERT INTO t VALUES (1);")
            self.primary.answer("SELECT pg_switch_wal()")
        self.primary.answer("CHECKPOINT")

    def stop(self) -> None:
        self.replica.stop()
        self.primary.stop()


@pytest.fixture(params=[18, 17])
def pair(request: pytest.FixtureRequest) -> Iterator[Pair]:
    with folder_of_servers() as folder:
        made = Pair(folder, request.param)
        try:
            yield made
        finally:
            made.stop()


def test_a_replica_follows_refuses_writes_and_survives_restarts(pair: Pair) -> None:
    assert "there is no data" in pair.start_replica()
    assert pair.replica.answer("SELECT pg_is_in_recovery()") == "t"
    pair.primary.answer("CREATE TABLE seen AS SELECT generate_series(1, 100) n")
    until(pair.caught_up)
    assert pair.replica.answer("SELECT sum(n) FROM seen") == "5050"
    refused = pair.replica.client.sql("INSERT INTO seen VALUES (1)", password=SUPERUSER_PASSWORD)
    assert "read-only transaction" in refused.stderr

    pair.primary.stop()
    assert pair.replica.answer("SELECT count(*) FROM seen") == "100"
    pair.primary.start()
    pair.primary.answer("INSERT INTO seen VALUES (101)")
    until(pair.streams)
    until(pair.caught_up)
    assert pair.replica.answer("SELECT count(*) FROM seen") == "101"

    # A restart copies nothing again, whether it was ended well or not.
    pair.replica.stop(signal.SIGQUIT)
    assert "copied" not in pair.start_replica()
    until(pair.streams)


def test_a_gap_within_the_limit_is_caught_up_and_a_larger_one_copied_anew(pair: Pair) -> None:
    pair.start_replica()
    until(pair.streams)
    pair.replica.stop()
    pair.write(32)
    assert pair.slots() == "platc_replica_0|reserved"
    assert "copied" not in pair.start_replica()
    until(pair.streams)
    until(pair.caught_up)

    pair.replica.stop()
    pair.write(320)
    assert pair.slots() == "platc_replica_0|lost"
    assert "the log that the data need is gone: the primary is copied" in pair.start_replica()
    until(pair.streams)
    until(pair.caught_up)
    assert pair.slots() == "platc_replica_0|reserved"


def test_a_role_of_the_replicas_cannot_log_in_to_the_primary(pair: Pair) -> None:
    pair.start_replica()
    until(pair.caught_up)
    asked = {"user": "reports", "password": PASSWORDS["reports"], "database": "shop"}
    assert "reject" in pair.primary.client.sql("SELECT 1", **asked).stderr
    assert pair.replica.client.sql("SELECT 1", **asked).stdout == "1\n"
    app = {"user": "app", "password": PASSWORDS["app"], "database": "shop"}
    assert pair.primary.client.sql("SELECT 1", **app).stdout == "1\n"


def test_a_replica_starts_when_the_primary_gets_fewer_connections(pair: Pair) -> None:
    pair.start_replica()
    until(pair.caught_up)
    # The replica is replaced first, and has not read yet that the primary has less.
    pair.replica.stop()
    pair.emitted = Emitted(pair.major, connections=20)
    pair.start_replica()
    assert pair.replica.answer("SHOW max_connections") == "40"
    pair.deploy(pair.emitted)
    pair.primary.answer("CHECKPOINT")
    until(pair.caught_up)
    pair.replica.answer("CHECKPOINT")
    pair.replica.stop()
    pair.start_replica()
    assert pair.replica.answer("SHOW max_connections") == "20"


def test_slots_of_replicas_that_are_gone_are_dropped(pair: Pair) -> None:
    pair.start_replica()
    until(pair.streams)
    role = "SELECT rolcanlogin, rolreplication FROM pg_roles WHERE rolname = 'platc_replication'"
    assert pair.primary.answer(role) == "t|t"
    pair.emitted = Emitted(pair.major, count=0)
    # The replica still runs when the job does.
    pair.bootstrap()
    assert pair.slots() == ""
    assert pair.primary.answer(role) == ""


def test_a_replica_that_was_made_a_primary_is_left_as_it_is(pair: Pair) -> None:
    pair.start_replica()
    pair.replica.answer("SELECT pg_promote()")
    pair.replica.stop()
    done = pair.follow()
    assert done.returncode == 1
    assert "has been made a primary" in done.stderr
    assert (pair.replica.data / "PG_VERSION").exists()


def test_a_replica_of_another_server_is_copied_anew(pair: Pair) -> None:
    pair.start_replica()
    pair.replica.stop()
    other = Instance(pair.primary.folder.parent / "other", pair.major, pair.primary.port)
    pair.primary.stop()
    pair.primary = other
    other.initdb()
    pair.deploy(pair.emitted)
    assert "of another server" in pair.start_replica()
    until(pair.streams)


def test_readers_are_answered_while_the_primary_is_away(pair: Pair) -> None:
    pair.start_replica()
    until(pair.caught_up)
    pair.replica.stop()
    pair.primary.stop()
    follow = pair.emitted.config("db-replica-config")
    follow["follow.sh"] = follow["follow.sh"].replace("sleep 2", "sleep 0.01")
    pair.start_replica()
    assert pair.replica.answer("SELECT 1") == "1"


def test_no_password_is_in_a_log(pair: Pair) -> None:
    said = pair.start_replica()
    until(pair.streams)
    for text in (said, pair.primary.log, pair.replica.log):
        assert not [p for p in PASSWORDS.values() if p in text]
    auto = pair.replica.data / "postgresql.auto.conf"
    assert "password" not in auto.read_text()
