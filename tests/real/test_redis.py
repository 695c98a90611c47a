"""Redis itself on the files that platc emits."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from platc_compiler.pipeline import compile_platform
from platc_compiler.source.source import Source
from tests.real.postgres_server import free_port
from tests.real.redis_programs import redis_programs

pytestmark = pytest.mark.e2e

PASSWORD = "p'a\"s s $(id)"  # noqa: S105 - of a server that lives for a test
_NOBODY = 65534


def _platform(words: str) -> dict[str, str]:
    text = f"""
platform: shop
version: 1
cluster: {{ nodes: {{ main: {{ memory: 8Gi, cpu: 4 }} }} }}
namespaces: {{ data: {{}} }}
secrets: {{ cache: {{ keys: [password] }} }}
services:
  cache: {{ kind: redis, password: cache/password, {words} }}
"""
    result = compile_platform(Source(text))
    assert not result.failed, result.diagnostics
    body = result.files["manifests/30-config/data/configmap-cache-config.yaml"]
    data: dict[str, str] = yaml.safe_load(body)["data"]
    return data


@dataclass(frozen=True)
class Running:
    """A running server and its folder."""

    folder: Path
    port: int
    files: dict[str, str]

    def ask(self, *words: str, password: str = PASSWORD) -> str:
        """Return what the server answers."""
        done = subprocess.run(
            [self.folder / "bin" / "redis-cli", "-p", str(self.port), *words],
            env={"REDISCLI_AUTH": password, "PATH": os.environ["PATH"]}, capture_output=True,
            text=True, check=False, timeout=30,
        )  # fmt: skip
        return (done.stdout + done.stderr).strip()

    def is_ready(self) -> bool:
        """Run the emitted probe."""
        done = subprocess.run(
            ["/bin/sh", self.folder / "ready.sh"], env=self.environment(), check=False,
            capture_output=True,
        )  # fmt: skip
        return done.returncode == 0

    def environment(self) -> dict[str, str]:
        """Return the environment of the container."""
        return {
            "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}",
            "PASSWORD_FILE": str(self.folder / "password"),
            "SETTINGS": str(self.folder / "server.conf"), "USERS": str(self.folder / "users.acl"),
        }  # fmt: skip


@contextmanager
def running(words: str) -> Iterator[Running]:
    """Start a server by the emitted script; only paths and the port are changed."""
    folder = Path(tempfile.mkdtemp(prefix="platc-redis-"))
    folder.chmod(0o755)
    server = Running(folder, free_port(), _platform(f"program: redis, version: 7.0.15, {words}"))
    redis_programs(folder / "bin")
    for name, text in server.files.items():
        moved = text.replace("/run/redis-users", str(folder)).replace("/data", str(folder / "data"))
        moved = moved.replace("bind * -::*", "bind 127.0.0.1").replace("6379", str(server.port))
        (folder / name).write_text(moved)
    (folder / "password").write_text(f"{PASSWORD}\n")
    (folder / "data").mkdir()
    as_user: dict[str, Any] = {}
    if os.geteuid() == 0:
        as_user = {"user": _NOBODY, "group": _NOBODY, "extra_groups": []}
        for path in (folder, *folder.rglob("*")):
            shutil.chown(path, _NOBODY, _NOBODY)
    try:
        with started(server, as_user):
            yield server
    finally:
        shutil.rmtree(folder)


@contextmanager
def started(server: Running, as_user: dict[str, Any]) -> Iterator[None]:
    """Run the start script until the body ends."""
    with (server.folder / "log").open("ab") as log:
        process = subprocess.Popen(
            ["/bin/sh", server.folder / "start.sh"], env=server.environment(), stdout=log,
            stderr=log, **as_user,
        )  # fmt: skip
    try:
        for _ in range(100):
            assert process.poll() is None, (server.folder / "log").read_text()
            if server.is_ready():
                break
            time.sleep(0.1)
        else:
            raise AssertionError((server.folder / "log").read_text())
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def test_a_cache_evicts_keys_and_refuses_who_has_no_password() -> None:
    with running("maxmemory: 3Mi") as server:
        assert server.ask("CONFIG", "GET", "maxmemory-policy").split() == [
            "maxmemory-policy", "allkeys-lru",
        ]  # fmt: skip
        assert "WRONGPASS" in server.ask("PING", password="wrong")  # noqa: S106
        assert "NOAUTH" in server.ask("PING", password="")
        assert "no permissions" in server.ask("CONFIG", "SET", "maxmemory", "0")
        for number in range(300):
            assert server.ask("SET", f"key:{number}", "x" * 20_000) == "OK"
        evicted = server.ask("INFO", "stats").partition("evicted_keys:")[2].split()[0]
        assert int(evicted) > 0
        assert not list((server.folder / "data").iterdir())
        assert PASSWORD not in (server.folder / "users.acl").read_text()
        assert PASSWORD not in (server.folder / "log").read_text()


def test_a_store_keeps_each_write_and_refuses_more_than_fits() -> None:
    with running("persistence: aof, storage: 1Gi, maxmemory: 3Mi, max_clients: 100") as server:
        assert server.ask("SET", "kept", "yes") == "OK"
        answers = {server.ask("SET", f"key:{number}", "x" * 20_000)[:3] for number in range(200)}
        assert answers == {"OK", "OOM"}
        assert server.ask("CONFIG", "GET", "maxclients").split()[1] == "100"
        assert server.ask("GET", "kept") == "yes"
        time.sleep(1.2)
        files = [path.name for path in (server.folder / "data").rglob("*") if path.is_file()]
        assert [name for name in files if name.endswith(".incr.aof")], files


def test_a_store_of_snapshots_has_their_rule_and_closes_administration() -> None:
    with running("persistence: rdb, storage: 1Gi") as server:
        assert server.ask("CONFIG", "GET", "save").endswith("900 1 300 10 60 10000")
        assert server.ask("SET", "kept", "yes") == "OK"
        assert "no permissions" in server.ask("SHUTDOWN", "NOSAVE")
        assert server.ask("CONFIG", "GET", "appendonly").split()[1] == "no"
