"""MLflow and Superset start on what platc emits for their examples, and answer its probes."""

from __future__ import annotations

import json
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from platc_compiler.pipeline import Result
from tests import tools
from tests.real.postgres_server import Server, free_port, server
from tests.real.running_workload import (
    await_probe,
    built,
    emitted,
    placed,
    started,
    with_changes,
)
from tests.tools import ROOT

pytestmark = pytest.mark.e2e

_PASSWORD = "p-4ss_word"  # noqa: S105 - of servers that live for a test


@contextmanager
def database(result: Result, owner: str) -> Iterator[Server]:
    """Run the PostgreSQL of an example with its configuration, its role and its database."""
    workload = emitted(result, "StatefulSet", "database")
    config = next(texts for texts in workload.configs.values() if "postgresql.conf" in texts)
    with server(config) as running:
        running.answer(f"CREATE ROLE {owner} LOGIN PASSWORD '{_PASSWORD}'")
        running.answer(f"CREATE DATABASE {owner} OWNER {owner}")
        yield running


def test_mlflow_starts_and_stores_a_run_in_the_database(tmp_path: Path) -> None:
    result = built(ROOT / "examples/mlflow/platform.yaml")
    workload, programs = emitted(result, "Deployment", "mlflow"), tools.application("mlflow")
    port, log = free_port(), tmp_path / "log"
    with database(result, "mlflow") as running:
        environment = {
            name: with_changes(value, {"database:5432": f"127.0.0.1:{running.port}"})
            for name, value in workload.environment({"database/mlflow": _PASSWORD}).items()
        } | {"HOME": str(tmp_path), "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}
        argv = [
            with_changes(each, {"=0.0.0.0": "=127.0.0.1", "=5000": f"={port}"})
            for each in workload.argv(environment)
        ]
        with started(argv, environment, programs, log) as process:
            tries = await_probe(workload, "readiness", port, process, log)
            assert tries < workload.probe("startup")["failureThreshold"]
            asked = urllib.request.Request(
                f"http://127.0.0.1:{port}/api/2.0/mlflow/experiments/create",
                json.dumps({"name": "of-a-test"}).encode(),
                {"Content-Type": "application/json", "Host": "mlflow.example.com"},
            )
            with urllib.request.urlopen(asked, timeout=60) as answer:  # noqa: S310
                number = json.load(answer)["experiment_id"]
            where = running.answer(
                "SELECT artifact_location FROM experiments WHERE name = 'of-a-test'", "mlflow"
            )
            assert where == f"mlflow-artifacts:/{number}"


def test_superset_migrates_and_answers_its_probe(tmp_path: Path) -> None:
    result = built(ROOT / "examples/superset/platform.yaml")
    programs, port = tools.application("superset"), free_port()
    redis, log = free_port(), tmp_path / "log"
    with database(result, "superset") as running, fake_redis(programs, redis, tmp_path):
        secrets = {
            "database/superset": _PASSWORD, "superset/admin": "Adm1n-of-a-test",
            "superset/secret_key": "k" * 42,
        }  # fmt: skip
        migration, web = emitted(result, "Job", "migrate"), emitted(result, "Deployment", "web")
        moved = placed(web, tmp_path / "root")
        assert placed(migration, tmp_path / "root") == moved
        here = {
            "DATABASE_HOST": "127.0.0.1", "DATABASE_PORT": str(running.port),
            "REDIS_HOST": "127.0.0.1", "REDIS_PORT": str(redis),
        }  # fmt: skip
        environment = {
            name: moved.get(value, value) for name, value in web.environment(secrets).items()
        } | here
        assert migration.environment(secrets) == web.environment(secrets)
        first = tmp_path / "migration"
        with started(migration.argv(environment), environment, programs, first) as process:
            assert process.wait(timeout=900) == 0, first.read_text(errors="replace")[-4000:]
        assert running.answer("SELECT username FROM ab_user", "superset") == "admin"
        argv = [
            with_changes(each, {"0.0.0.0:8088": f"127.0.0.1:{port}"})
            for each in web.argv(environment)
        ]
        with started(argv, environment, programs, log) as process:
            await_probe(web, "readiness", port, process, log)
        for name in ("worker", "beat"):
            assert emitted(result, "Deployment", name).environment(secrets) == web.environment(
                secrets
            )


@contextmanager
def fake_redis(programs: Path, port: int, folder: Path) -> Iterator[None]:
    """Run a server that speaks the protocol of Redis, from the same environment."""
    code = (
        "from fakeredis import TcpFakeServer\n"
        f"TcpFakeServer(('127.0.0.1', {port}), server_type='redis').serve_forever()\n"
    )
    with started(["python", "-c", code], {}, programs, folder / "redis") as process:
        assert process.poll() is None
        yield


def test_the_programs_of_the_other_parts_of_superset_exist() -> None:
    result = built(ROOT / "examples/superset/platform.yaml")
    for name in ("worker", "beat"):
        argv = emitted(result, "Deployment", name).argv({})
        done = subprocess.run(
            [tools.application("superset") / argv[0], argv[2], "--help"],
            capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        options = {each.partition("=")[0] for each in argv[3:]}
        assert not [each for each in options if each not in done.stdout]
