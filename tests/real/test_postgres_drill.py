"""PostgreSQL and an object store on the drill that platc emits: it finds what a dump lacks."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
import yaml

from platc_compiler.pipeline import compile_platform
from platc_compiler.source.source import Source
from tests import tools
from tests.real.postgres_instances import Instance, folder_of_servers
from tests.real.postgres_server import free_port

pytestmark = pytest.mark.e2e

PASSWORDS = {"app": "own'er"}
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
    version: 18
    storage: 1Gi
    superuser_password: pg/superuser
    roles: { app: { password: pg/app }, group: {} }
    databases: { shop: { owner: app, schemas: { orders: {} } }, empty: { owner: app } }
    backup:
      schedule: "*/30 * * * *"
      to: s3
      bucket: s3://copies/some/prefix
      region: eu-central-1
      credentials: { access_key_id: pg/id, secret_access_key: pg/key }
    drill:
      schedule: "0 4 * * *"
      checks: { shop: "SELECT count(*) > 2 AND max(note) = 'it''s' FROM orders.orders" }
"""


def emitted() -> dict[str, dict[str, str]]:
    """Return the emitted files of ConfigMaps, by name."""
    result = compile_platform(Source(PLATFORM))
    assert not result.failed, result.diagnostics
    found = [yaml.safe_load(t) for p, t in result.files.items() if p.startswith("manifests/")]
    return {b["metadata"]["name"]: b["data"] for b in found if b["kind"] == "ConfigMap"}


@contextmanager
def object_store(folder: Path) -> Iterator[str]:
    """Start an object store; give its address."""
    port = free_port()
    process = subprocess.Popen(
        [tools.object_store("moto_server"), "-p", str(port)], cwd=folder,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={"PATH": os.environ["PATH"], "HOME": str(folder)},
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                urlopen(f"{url}/moto-api/", timeout=5).close()  # noqa: S310 - our own
                break
            except (URLError, OSError):
                assert process.poll() is None
                time.sleep(0.2)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=30)


class Scene:
    """A server with data, a bucket, and the emitted scripts of the dumps and of the drill."""

    def __init__(self, folder: Path, endpoint: str) -> None:
        self.files = emitted()
        self.server = Instance(folder / "primary")
        self.server.initdb()
        self.server.configure(self.files["db-config"])
        self.server.start()
        self.server.bootstrap(self.files["db-bootstrap"], PASSWORDS)
        home = self.server.folder
        for name, text in {"id": "AKIATEST\n", "key": "secret+key/\n"}.items():
            (home / name).write_text(text)
        for name in ("dumps", "credentials", "scratch"):
            (home / name).mkdir()
        self.server.own()
        self.environment = {
            "SUPERUSER_PASSWORD_FILE": str(home / "superuser"),
            "CREDENTIALS": str(home / "credentials"),
            "ACCESS_KEY_ID_FILE": str(home / "id"), "SECRET_ACCESS_KEY_FILE": str(home / "key"),
            "AWS_ENDPOINT_URL": endpoint, "AWS_DEFAULT_REGION": "eu-central-1",
            "AWS_EC2_METADATA_DISABLED": "true", "DUMPS": str(home / "dumps"),
        }  # fmt: skip
        self.aws("s3api", "create-bucket", "--bucket", "copies", "--create-bucket-configuration",
                 "LocationConstraint=eu-central-1")  # fmt: skip

    def aws(self, *arguments: str) -> str:
        keys = {"AWS_ACCESS_KEY_ID": "AKIATEST", "AWS_SECRET_ACCESS_KEY": "secret+key/"}
        return subprocess.run(
            [tools.object_store("aws"), *arguments], check=True, capture_output=True, text=True,
            env=self.server.environment(**self.environment | keys),
        ).stdout  # fmt: skip

    def run(self, config: str, step: str, **more: str) -> subprocess.CompletedProcess[str]:
        text, environment = self.files[config][f"{step}.sh"], self.environment | more
        done = self.server.script(text, own=step == "drill", **environment)
        self.server.own()
        return done

    def back_up(self) -> None:
        for step in ("dump", "upload"):
            done = self.run("db-backup", step)
            assert done.returncode == 0, done.stderr

    def drill(self) -> subprocess.CompletedProcess[str]:
        """Run both steps of the drill, as its pod would."""
        scratch = self.server.folder / "scratch"
        shutil.rmtree(scratch)
        scratch.mkdir()
        self.server.own()
        folders = {"DUMPS": str(scratch / "dumps"), "SCRATCH": str(scratch / "server")}
        fetched = self.run("db-drill", "fetch", **folders)
        return self.run("db-drill", "drill", **folders) if fetched.returncode == 0 else fetched

    def write(self, rows: int) -> None:
        table = f"SELECT n, 'it''s' AS note FROM generate_series(1, {rows}) n"  # noqa: S608 - ours
        self.server.answer(
            f"DROP TABLE IF EXISTS orders.orders; CREATE TABLE orders.orders AS {table};"
            " ALTER TABLE orders.orders OWNER TO app",
            "shop",
        )

    def objects(self) -> list[str]:
        listed = json.loads(self.aws("s3api", "list-objects-v2", "--bucket", "copies") or "{}")
        return sorted(item["Key"] for item in listed.get("Contents", ()))


@pytest.fixture
def scene() -> Iterator[Scene]:
    with folder_of_servers() as folder, object_store(folder) as endpoint:
        made = Scene(folder, endpoint)
        try:
            yield made
        finally:
            made.server.stop()


def test_a_drill_restores_the_newest_dumps_and_looks_into_them(scene: Scene) -> None:
    done = scene.drill()
    assert done.returncode != 0
    assert "holds no complete dump" in done.stderr

    scene.write(2)
    scene.back_up()
    done = scene.drill()
    assert done.returncode != 0
    assert "the answer of the check is not true but 'f'" in done.stderr

    time.sleep(1.1)
    scene.write(70)
    scene.back_up()
    done = scene.drill()
    assert done.returncode == 0, done.stdout + done.stderr
    assert "orders.orders|70" in done.stdout
    assert "the drill took" in done.stdout
    # The server of the drill has ended.
    assert not (scene.server.folder / "scratch/server/data/postmaster.pid").exists()


def test_a_damaged_dump_in_the_store_is_found(scene: Scene) -> None:
    scene.write(70)
    scene.back_up()
    (key,) = (each for each in scene.objects() if "/shop-" in each)
    copy = scene.server.folder / "copy"
    scene.aws("s3", "cp", f"s3://copies/{key}", str(copy))
    whole = copy.read_bytes()
    sum_of = scene.aws("s3api", "head-object", "--bucket", "copies", "--key", key,
                       "--query", "Metadata.sha256", "--output", "text").strip()  # fmt: skip
    middle = len(whole) // 2
    copy.write_bytes(whole[:middle] + bytes([whole[middle] ^ 255]) + whole[middle + 1 :])
    scene.aws("s3", "cp", "--metadata", f"sha256={sum_of}", str(copy), f"s3://copies/{key}")
    done = scene.drill()
    assert done.returncode != 0
    assert "holds something else than what was uploaded" in done.stderr


def test_a_dump_that_was_uploaded_damaged_is_found_by_restoring_it(scene: Scene) -> None:
    scene.write(5000)
    scene.back_up()
    (key,) = (each for each in scene.objects() if "/shop-" in each)
    copy = scene.server.folder / "copy"
    scene.aws("s3", "cp", f"s3://copies/{key}", str(copy))
    copy.write_bytes(copy.read_bytes()[:-200])
    done = subprocess.run(["sha256sum", copy], capture_output=True, text=True, check=True)
    sum_of = done.stdout.split()[0]
    scene.aws("s3", "cp", "--metadata", f"sha256={sum_of}", str(copy), f"s3://copies/{key}")
    failed = scene.drill()
    assert failed.returncode != 0
    assert "pg_restore: error" in failed.stderr


def test_dumps_that_are_being_uploaded_are_left_alone(scene: Scene) -> None:
    scene.write(70)
    scene.back_up()
    scene.aws("s3api", "put-object", "--bucket", "copies", "--key",
              "some/prefix/globals-20991231T000000Z.sql")  # fmt: skip
    scene.aws("s3api", "put-object", "--bucket", "copies", "--key",
              "some/prefix/globals-by-hand.sql")  # fmt: skip
    done = scene.drill()
    assert done.returncode == 0, done.stdout + done.stderr
