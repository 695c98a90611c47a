"""PostgreSQL and an object store on the archive that platc emits: back to any moment."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from platc_compiler.pipeline import compile_platform
from platc_compiler.source.source import Source
from tests import tools
from tests.real.postgres_instances import Instance, folder_of_servers, until
from tests.real.test_postgres_drill import object_store

pytestmark = pytest.mark.e2e

PLATFORM = """
platform: shop
version: 1
cluster: { nodes: { main: { memory: 8Gi, cpu: 4 } } }
namespaces: { data: {} }
secrets: { pg: { keys: [superuser, app, id, key] } }
services:
  s3: { kind: external, address: { host: s3.example.com }, ports: { https: 443 } }
  db:
    kind: postgres
    version: MAJOR
    storage: 1Gi
    superuser_password: pg/superuser
    roles: { app: { password: pg/app } }
    databases: { shop: { owner: app } }
    backup:
      schedule: "*/30 * * * *"
      to: s3
      bucket: s3://copies/some/prefix
      region: eu-central-1
      credentials: { access_key_id: pg/id, secret_access_key: pg/key }
      point_in_time: { every: 1m }
"""
FOLDER = "some/prefix/db"


def emitted(text: str) -> dict[str, dict[str, str]]:
    """Return the emitted files of ConfigMaps, by name."""
    result = compile_platform(Source(text))
    assert not result.failed, result.diagnostics
    found = [yaml.safe_load(t) for p, t in result.files.items() if p.startswith("manifests/")]
    return {b["metadata"]["name"]: b["data"] for b in found if b["kind"] == "ConfigMap"}


class Scene:
    """A server whose log is archived, and a bucket."""

    def __init__(self, folder: Path, endpoint: str, major: int, more: str = "") -> None:
        self.files = emitted(PLATFORM.replace("MAJOR", str(major)) + more)
        self.server = Instance(folder / "server", major)
        home = self.server.folder
        for name, text in {"id": "AKIATEST\n", "key": "secret+key/\n"}.items():
            (home / name).write_text(text)
        for name in ("archive", "copy", "credentials"):
            (home / name).mkdir()
        self.environment = {
            "SUPERUSER_PASSWORD_FILE": str(home / "superuser"),
            "CREDENTIALS": str(home / "credentials"),
            "ACCESS_KEY_ID_FILE": str(home / "id"), "SECRET_ACCESS_KEY_FILE": str(home / "key"),
            "AWS_ENDPOINT_URL": endpoint, "AWS_DEFAULT_REGION": "eu-central-1",
            "AWS_EC2_METADATA_DISABLED": "true", "DUMPS": str(home / "copy"),
            "VOLUME": str(home / "volume"), "PGDATA": str(self.server.data),
        }  # fmt: skip
        self.aws("s3api", "create-bucket", "--bucket", "copies", "--create-bucket-configuration",
                 "LocationConstraint=eu-central-1")  # fmt: skip
        self.server.initdb()
        self.server.configure({key: self.moved(t) for key, t in self.files["db-config"].items()})
        self.server.start()
        self._ship: subprocess.Popen[bytes] | None = None

    def moved(self, text: str) -> str:
        """Return a script with the folder between the two containers where it is here."""
        here = self.server.folder / "archive"
        text = re.sub(r"(folder=|cd )/archive$", rf"\g<1>{here}", text, flags=re.MULTILINE)
        return text.replace('"$PGDATA"', f'"{self.server.data}"')

    def ship(self) -> None:
        """Start the container that uploads."""
        with (self.server.folder / "ship.log").open("ab") as log:
            self._ship = subprocess.Popen(
                ["/bin/bash", self.server.folder / "ship.sh"], stdout=log, stderr=log,
                env=self.server.environment(**self.environment), start_new_session=True,
            )  # fmt: skip

    def stop_shipping(self) -> None:
        """End the container that uploads."""
        if self._ship is not None:
            os.killpg(self._ship.pid, signal.SIGKILL)
            self._ship.wait(timeout=30)

    def shipped(self) -> str:
        """Return what the container that uploads has said."""
        return (self.server.folder / "ship.log").read_text()

    def aws(self, *arguments: str) -> str:
        keys = {"AWS_ACCESS_KEY_ID": "AKIATEST", "AWS_SECRET_ACCESS_KEY": "secret+key/"}
        return subprocess.run(
            [tools.object_store("aws"), *arguments], check=True, capture_output=True, text=True,
            env=self.server.environment(**self.environment | keys),
        ).stdout  # fmt: skip

    def run(self, config: str, step: str, **more: str) -> subprocess.CompletedProcess[str]:
        text = self.files[config][f"{step}.sh"]
        self.server.own()
        own = step in ("copy", "recover")
        return self.server.script(text, own=own, **self.environment | more)

    def copy(self, **changes: str) -> str:
        """Copy the whole server, as its CronJob does; return the moment of the copy."""
        done = self.run("db-copy", "copy")
        assert done.returncode == 0, done.stderr
        text = self.files["db-copy"]["keep.sh"]
        for old, new in changes.items():
            text = re.sub(rf"^{old}=.*$", f"{old}={new}", text, flags=re.MULTILINE)
        kept = self.server.script(text, own=False, **self.environment)
        assert kept.returncode == 0, kept.stderr
        self.said = kept.stdout
        return (self.server.folder / "copy/STAMP").read_text().strip()

    def restore(self, to: str) -> subprocess.CompletedProcess[str]:
        """Run both steps of the restore, as its Job does."""
        brought = self.run("db-recover", "bring", TO=to)
        return self.run("db-recover", "recover", TO=to) if brought.returncode == 0 else brought

    def archived(self) -> None:
        """End the segment, and wait until the bucket has it."""
        name = self.server.answer("SELECT pg_walfile_name(pg_switch_wal())")
        done = f"SELECT last_archived_wal >= '{name}' FROM pg_stat_archiver"  # noqa: S608 - ours
        until(lambda: self.server.answer(done) == "t", 240)

    def objects(self) -> list[str]:
        listed = json.loads(self.aws("s3api", "list-objects-v2", "--bucket", "copies") or "{}")
        return sorted(item["Key"] for item in listed.get("Contents", ()))


def now() -> str:
    """Return this second, of which nothing later is part, as the runbook writes it."""
    time.sleep(1.1)
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    time.sleep(1.1)
    return moment


@contextmanager
def scene_of(major: int, more: str = "") -> Iterator[Scene]:
    with folder_of_servers() as folder, object_store(folder) as endpoint:
        made = Scene(folder, endpoint, major, more)
        try:
            yield made
        finally:
            # It would wait for the archive.
            made.server.stop(signal.SIGQUIT)
            made.stop_shipping()


@pytest.fixture(params=[18, 17])
def scene(request: pytest.FixtureRequest) -> Iterator[Scene]:
    with scene_of(request.param) as made:
        yield made


def test_segments_and_copies_are_encrypted_by_the_store() -> None:
    with scene_of(18, "      encryption: { sse: AES256 }\n") as scene:
        scene.ship()
        scene.copy()
        scene.archived()
        kinds = {
            scene.aws("s3api", "head-object", "--bucket", "copies", "--key", key,
                      "--query", "ServerSideEncryption", "--output", "text").strip()
            for key in scene.objects()
        }  # fmt: skip
        assert kinds == {"AES256"}
        assert any("/log/" in key for key in scene.objects())


def test_a_dropped_table_comes_back_with_its_last_row(scene: Scene) -> None:
    scene.ship()
    server = scene.server
    server.answer("CREATE TABLE orders AS SELECT generate_series(1, 100) AS n")
    scene.copy()
    server.answer("INSERT INTO orders SELECT generate_series(101, 150)")
    before = now()
    server.answer("DROP TABLE orders")
    scene.archived()
    refused = scene.restore(before)
    assert refused.returncode != 0
    assert "remove the pod of the server first" in refused.stderr

    server.stop()
    done = scene.restore(before)
    assert done.returncode == 0, done.stderr
    assert server.data.with_name(f"{server.data.name}.before").is_dir()
    server.own()
    server.start()
    until(lambda: server.answer("SELECT pg_is_in_recovery()") == "f", 240)
    assert server.answer("SELECT count(*), max(n) FROM orders") == "150|150"

    # It goes on: on a timeline of its own, whose log is archived beside the old one.
    server.answer("INSERT INTO orders VALUES (151)")
    scene.archived()
    assert any(f"{FOLDER}/" in key and "/log/00000002" in key for key in scene.objects())
    assert server.answer("SELECT failed_count FROM pg_stat_archiver") == "0"


def test_a_moment_before_the_first_copy_cannot_be_had(scene: Scene) -> None:
    scene.ship()
    before = now()
    scene.copy()
    scene.server.stop()
    refused = scene.restore(before)
    assert refused.returncode != 0
    assert f"no copy from before {before}" in refused.stderr
    wrong = scene.restore("2026-01-31")
    assert "TO says the moment" in wrong.stderr
    assert scene.server.data.is_dir()


def test_the_server_keeps_what_the_bucket_does_not_have(scene: Scene) -> None:
    server = scene.server
    server.answer("CREATE TABLE orders AS SELECT 1 AS n")
    name = server.answer("SELECT pg_walfile_name(pg_switch_wal())")
    until(lambda: server.answer("SELECT failed_count > 0 FROM pg_stat_archiver") == "t", 240)
    assert (server.data / "pg_wal" / name).exists()
    assert f"the bucket does not have {name} yet" in server.log
    scene.ship()
    until(lambda: any(key.endswith(f"/log/{name}.gz") for key in scene.objects()), 240)


def test_what_another_server_has_written_is_not_overwritten(scene: Scene) -> None:
    server = scene.server
    system = server.answer("SELECT system_identifier FROM pg_control_system()")
    name = server.answer("SELECT pg_walfile_name(pg_switch_wal())")
    key = f"{FOLDER}/{system}/log/{name}.gz"
    scene.aws("s3api", "put-object", "--bucket", "copies", "--key", key, "--metadata", "md5=other")
    scene.ship()
    until(lambda: "another server has written it" in scene.shipped(), 240)
    size = scene.aws("s3api", "head-object", "--bucket", "copies", "--key", key,
                     "--query", "ContentLength", "--output", "text")  # fmt: skip
    assert size.strip() == "0"


def test_what_no_restore_needs_is_deleted(scene: Scene) -> None:
    scene.ship()
    first = scene.copy()
    assert "nothing is deleted" in scene.said
    scene.archived()
    old = set(scene.objects())
    time.sleep(2)
    second = scene.copy()
    time.sleep(2)
    third = scene.copy(limit=second)
    left = set(scene.objects())
    assert f"a restore can go back to {second}" in scene.said
    assert not [key for key in left if first in key]
    assert len([key for key in left if second in key or third in key]) == 6
    assert not [key for key in old & left if "/log/" in key]


def test_a_damaged_copy_is_not_restored(scene: Scene) -> None:
    scene.ship()
    stamp = scene.copy()
    (key,) = (each for each in scene.objects() if each.endswith(f"base-{stamp}.tgz"))
    sum_of = scene.aws("s3api", "head-object", "--bucket", "copies", "--key", key,
                       "--query", "Metadata.sha256", "--output", "text").strip()  # fmt: skip
    file = scene.server.folder / "damaged"
    scene.aws("s3", "cp", f"s3://copies/{key}", str(file))
    whole = file.read_bytes()
    file.write_bytes(whole[:-50])
    scene.aws("s3", "cp", "--metadata", f"sha256={sum_of}", str(file), f"s3://copies/{key}")
    scene.server.stop()
    failed = scene.restore(now())
    assert failed.returncode != 0
    assert "did NOT match" in failed.stderr
    assert (scene.server.data / "PG_VERSION").exists()
