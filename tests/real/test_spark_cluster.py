"""A real master and worker of Spark run what platc emits, and the real Prometheus scrapes them."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
import yaml

from platc_compiler.expressions.exported_metrics import exported
from platc_compiler.pipeline import Result
from tests.real import memory
from tests.real.built import result_of
from tests.real.postgres_server import free_port
from tests.real.scraped import fixed, prometheus
from tests.tools import ROOT, spark

pytestmark = pytest.mark.e2e

PLATFORM = ROOT / "tests/golden/platforms/spark-cluster.yaml"


def container(result: Result, name: str) -> dict[str, Any]:
    path = f"manifests/50-workloads/etl/deployment-{name}.yaml"
    body = yaml.safe_load(result.files[path])
    return dict(body["spec"]["template"]["spec"]["containers"][0])


@contextmanager
def running(own: dict[str, Any], moved: dict[str, str], folder: Path, ready: int) -> Iterator[int]:
    """Run a process of the cluster as its pod does; give its session."""
    home = next((spark().parents[1] / "lib").glob("python3.*/site-packages/pyspark"))
    places = {"$(POD_IP)": "127.0.0.1", "/opt/spark": str(home), **moved}

    pattern = re.compile("|".join(map(re.escape, places)))

    def here(text: str) -> str:
        return pattern.sub(lambda match: places[match[0]], text)

    env = {k: v for k, v in os.environ.items() if not k.startswith(("SPARK", "PYSPARK"))}
    for each in own["env"]:
        env[each["name"]] = here(each["value"]) if "value" in each else "127.0.0.1"
    words = [here(word) for word in (*own["command"], *own["args"])]
    with (folder / f"log-{ready}").open("wb") as log:
        process = subprocess.Popen(words, env=env, stdout=log, stderr=log, start_new_session=True)
        try:
            path = own["readinessProbe"]["httpGet"]["path"]
            end = time.monotonic() + 180
            while True:
                try:
                    urlopen(f"http://127.0.0.1:{ready}{path}", timeout=5).close()
                except OSError:
                    tail = (folder / f"log-{ready}").read_text(encoding="utf-8")[-3000:]
                    assert time.monotonic() < end, tail
                    assert process.poll() is None, tail
                    time.sleep(0.5)
                else:
                    break
            yield process.pid
        finally:
            memory.end(process.pid)
            process.wait(timeout=30)


def test_master_and_worker_serve_metrics_where_the_jobs_look(tmp_path: Path) -> None:
    result = result_of(PLATFORM)
    config = yaml.safe_load(result.files["manifests/30-config/etl/configmap-spark-config.yaml"])
    for name, text in config["data"].items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    for name in ("work", "scratch"):
        (tmp_path / name).mkdir()
    ports = {each: str(free_port()) for each in ("7077", "8080", "7078", "8081")}
    moved = {
        "/etc/spark": str(tmp_path), "/work": str(tmp_path / "work"),
        "/scratch": str(tmp_path / "scratch"),
        "spark.etl.svc": "127.0.0.1", **ports,
    }  # fmt: skip
    master, worker = container(result, "spark"), container(result, "spark-worker")
    with ExitStack() as stack:
        first = stack.enter_context(running(master, moved, tmp_path, int(ports["8080"])))
        second = stack.enter_context(running(worker, moved, tmp_path, int(ports["8081"])))
        place = tmp_path / "prometheus"
        place.mkdir()
        jobs = {
            "spark": fixed(int(ports["8080"]), service="spark", namespace="etl", pod="m"),
            "spark-worker": fixed(int(ports["8081"]), service="spark", namespace="etl", pod="w"),
        }
        emitted = result.files["prometheus/prometheus.yml"]
        with prometheus(emitted, jobs, place) as asked:
            alive = 'metrics_master_aliveWorkers_Value{job="spark"}'
            asked.until(f"{alive} == 1", within=90)
            cores = asked.until('metrics_worker_coresFree_Value{job="spark-worker"}')
            assert cores[0][1] == 2
            # One worker of two: the alert's condition holds.
            rules = yaml.safe_load(result.files["prometheus/rules/spark.yml"])
            (rule,) = rules["groups"][0]["rules"]
            assert asked.query(rule["expr"])
            heap = asked.query('metrics_worker_memFree_MB_Value{job="spark-worker"}')
            assert f"{heap[0][1]:.0f}m" in worker["args"]
        served = {}
        for name in ("8080", "8081"):
            url = f"http://127.0.0.1:{ports[name]}/metrics/prometheus/"
            with urlopen(url, timeout=10) as answer:
                text = answer.read().decode()
            assert "<html" not in text.lower()
            for line in text.splitlines():
                if line and not line.startswith("#"):
                    served[line.partition("{")[0]] = line
        ours = {n for n in served if n.startswith(("metrics_master", "metrics_worker"))}
        assert ours
        assert {name for name in ours if not exported("spark", name)} == set()
        for name, session in (("master", first), ("worker", second)):
            taken = memory.settled(session)
            print(f"\nspark {name}: {taken / memory.MIB:.0f} MiB")
            # The heap of the process, and what platc counts beside it.
            assert taken <= (256 + 192) << 20
        run_a_driver(f"spark://127.0.0.1:{ports['7077']}", tmp_path)


def run_a_driver(master: str, folder: Path) -> None:
    """Shuffle in an executor, which writes to the scratch volume and nowhere else."""
    program = folder / "driver.py"
    program.write_text(DRIVER, encoding="utf-8")
    ports = ("spark.driver.port", "spark.driver.blockManager.port", "spark.blockManager.port")
    settings = {"spark.driver.host": "127.0.0.1", **{each: str(free_port()) for each in ports}}
    env = {k: v for k, v in os.environ.items() if not k.startswith(("SPARK", "PYSPARK"))}
    run = subprocess.run(
        [
            str(spark().with_name("spark-submit")), "--master", master, "--executor-memory", "512m",
            *(word for key, value in settings.items() for word in ("--conf", f"{key}={value}")),
            str(program), str(folder / "scratch"),
        ],
        env={**env, "SPARK_CONF_DIR": str(folder), "PYSPARK_PYTHON": str(spark())},
        capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr[-3000:]
    assert "groups: 7, shuffled: True" in run.stdout


DRIVER = """
import sys
from pathlib import Path

from pyspark.sql import SparkSession

session = SparkSession.builder.getOrCreate()
rows = session.range(0, 100_000, 1, 4)
groups = rows.selectExpr("id % 7 AS rest").repartition(4, "rest").distinct().count()
shuffled = any(Path(sys.argv[1]).rglob("shuffle_*.data"))
print(f"groups: {groups}, shuffled: {shuffled}")
session.stop()
"""
