"""MLflow and Superset start on what platc emits for their examples, and answer its probes."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from platc_compiler.pipeline import Result
from tests import tools
from tests.real.postgres_server import Server, free_port, server
from tests.real.redis_programs import redis_programs
from tests.real.running_workload import (
    await_command,
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


def test_superset_migrates_answers_its_probe_and_does_its_scheduled_work(tmp_path: Path) -> None:
    result = built(ROOT / "examples/superset/platform.yaml")
    programs, port = tools.application("superset"), free_port()
    log = tmp_path / "log"
    with database(result, "superset") as running, broker(result, tmp_path) as redis:
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
        worker, beat = (emitted(result, "Deployment", name) for name in ("worker", "beat"))
        for each in (worker, beat):
            assert each.environment(secrets) == web.environment(secrets)
        environment |= {"HOSTNAME": socket.gethostname()}
        clock = [with_changes(each, {"/tmp/": f"{tmp_path}/"}) for each in beat.argv(environment)]  # noqa: S108 - in a pod
        with (
            started(worker.argv(environment), environment, programs, tmp_path / "worker") as works,
            started(clock, environment, programs, tmp_path / "beat") as ticks,
        ):
            await_command(worker, "startup", environment, programs, works)
            assert _done_by_the_clock(environment, programs, ticks), (tmp_path / "beat").read_text(
                errors="replace"
            )[-4000:]


@contextmanager
def broker(result: Result, folder: Path) -> Iterator[int]:
    """Run the Redis of an example with its own arguments, and yield its port."""
    workload, port = emitted(result, "Deployment", "redis"), free_port()
    programs = redis_programs(folder / "redis-programs")
    argv = [*workload.argv({}), "--bind", "127.0.0.1", "--port", str(port)]
    with started(argv, {}, programs, folder / "redis") as process:
        for _ in range(50):
            done = subprocess.run(
                [programs / "redis-cli", "-p", str(port), "ping"], check=False, capture_output=True
            )
            if done.stdout.strip() == b"PONG":
                break
            time.sleep(0.2)
        assert process.poll() is None
        yield port


def _done_by_the_clock(
    environment: Mapping[str, str], programs: Path, ticks: subprocess.Popen[bytes]
) -> bool:
    """Say whether a worker has done what the beat sends each minute, within three minutes."""
    asked = ["celery", "--app=superset.tasks.celery_app:app", "inspect", "stats", "--json"]
    whole = {**environment, "PATH": f"{programs}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8"}
    until = time.monotonic() + 180
    while time.monotonic() < until and ticks.poll() is None:
        done = subprocess.run(asked, env=whole, check=False, capture_output=True, timeout=120)
        found = done.stdout[done.stdout.find(b"{") :]
        answers = json.loads(found) if done.returncode == 0 and found else {}
        if any("reports.scheduler" in each.get("total", {}) for each in answers.values()):
            return True
        time.sleep(5)
    return False
