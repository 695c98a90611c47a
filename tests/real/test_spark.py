"""The real Spark reads the settings of a driver, and asks for the executors that were counted."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from typing import Any

import pytest
import yaml

from platc_compiler.budget.tasks import work
from platc_compiler.ir.pipelines import TASK, Task
from platc_compiler.lower.spark import MASTER
from tests.real.airflow_pods import Generated, generate
from tests.real.pod_recorder import Recorder, recorder
from tests.tools import spark

pytestmark = pytest.mark.e2e

_PROGRAM = """
import json
from pyspark import SparkConf, SparkContext
patience = "spark.scheduler.maxRegisteredResourcesWaitingTime"
context = SparkContext(conf=SparkConf().set(patience, "1s"))
heap = context._jvm.java.lang.Runtime.getRuntime().maxMemory()
print(json.dumps({"heap": heap >> 20, "conf": dict(context.getConf().getAll())}))
context.stop()
"""


@dataclass(frozen=True)
class Started:
    """What Spark did."""

    generated: Generated
    task: Task
    record: Recorder
    heap: int
    """Of the driver, in MiB."""
    conf: dict[str, str]

    @property
    def executors(self) -> list[dict[str, Any]]:
        """The pods that it asked for."""
        return self.record.created


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Started:
    """Run a driver as its pod does; only the paths and the address of the API server differ."""
    folder = tmp_path_factory.mktemp("spark")
    generated = generate("3.3.2")
    assert generated.platform is not None
    (task,) = [t for p in generated.platform.pipelines for t in p.tasks if t.executors]
    files = generated.manifest("ConfigMap", task.configs[0].name)["data"]
    with recorder("the-driver") as record:
        for name, text in files.items():
            here = text.replace(MASTER, f"k8s://http://127.0.0.1:{record.port}")
            (folder / name).write_text(here.replace("/etc/spark", str(folder)), encoding="utf-8")
        env = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("SPARK", "PYSPARK"))},
            "SPARK_CONF_DIR": str(folder), "SPARK_DRIVER_HOST": "127.0.0.1",
            "SPARK_DRIVER_POD": "the-driver", "HOME": str(folder),
        }  # fmt: skip
        done = subprocess.run(
            [spark(), "-c", _PROGRAM], env=env, capture_output=True, text=True, timeout=180,
            check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    said = json.loads(done.stdout.splitlines()[-1])
    return Started(generated, task, record, said["heap"], said["conf"])


def test_it_asks_for_as_many_executors_of_the_size_that_the_budget_counts(started: Started) -> None:
    task = started.task
    assert task.executors is not None
    assert started.generated.platform is not None
    counted = task.executors.pod.containers[0].resources
    assert len(started.executors) == task.executors.count == 2
    for pod in started.executors:
        (container,) = pod["spec"]["containers"]
        # 1 GiB of heap, and two fifths of it outside, as the program is in Python.
        assert container["resources"] == {
            "requests": {"memory": "1433Mi", "cpu": "500m", "ephemeral-storage": "64Mi"},
            "limits": {"memory": "1433Mi", "cpu": "2", "ephemeral-storage": "1536Mi"},
        }
        assert (counted.requests.memory, counted.limits.cpu) == (1433 << 20, 2000)
    pipeline = next(p for p in started.generated.platform.pipelines if task in p.tasks)
    (running,) = [t for t in work(pipeline.runner, [pipeline]).tasks if t.task == task]
    assert running.requests.pods == 4  # the worker, the driver and two executors
    assert running.requests.memory >= (512 + 2 * 1433) << 20


def test_the_driver_has_the_heap_that_its_limit_leaves(started: Started) -> None:
    """1024 MiB less 384: the overhead of a heap of 640 MiB in Python is no more."""
    assert started.heap in range(610, 641)


def test_its_settings_are_those_of_platform_yaml(started: Started) -> None:
    assert started.conf["spark.app.name"] == "a \\ b"
    assert started.conf["spark.ui.enabled"] == "false"
    assert started.conf["spark.driver.host"] == "127.0.0.1"
    assert (started.conf["spark.driver.port"], started.conf["spark.blockManager.port"]) == (
        "7078", "7079",
    )  # fmt: skip


def test_executors_are_restricted_labelled_and_owned_by_the_pod_of_the_driver(
    started: Started,
) -> None:
    assert started.task.executors is not None
    for pod in started.executors:
        about, spec = pod["metadata"], pod["spec"]
        assert about["labels"].items() >= dict(started.task.executors.pod.labels).items()
        assert about["labels"][TASK] == "spark_batch_processing"
        assert [owner["name"] for owner in about["ownerReferences"]] == ["the-driver"]
        assert (spec["serviceAccountName"], spec["automountServiceAccountToken"]) == (
            "airflow-task", False,
        )  # fmt: skip
        assert spec["securityContext"]["runAsNonRoot"] is True
        (container,) = spec["containers"]
        assert container["securityContext"]["readOnlyRootFilesystem"] is True
        assert [port["containerPort"] for port in container["ports"]] == [7079]


def test_executors_have_the_variables_of_the_task_that_are_known_before_it_runs(
    started: Started,
) -> None:
    env = {e["name"]: e for e in started.executors[0]["spec"]["containers"][0]["env"]}
    assert env["MODE"]["value"] == "full"
    assert env["ACCOUNT"]["valueFrom"]["secretKeyRef"] == {"name": "warehouse", "key": "account"}
    assert "EXECUTION_DATE" not in env
    assert env["SPARK_LOCAL_DIRS"]["value"] == "/var/data/spark-local"
    assert env["SPARK_DRIVER_URL"]["value"] == "spark://CoarseGrainedScheduler@127.0.0.1:7078"


def test_the_driver_asks_for_nothing_that_its_role_does_not_permit(started: Started) -> None:
    role = yaml.safe_load(
        started.generated.files["manifests/20-rbac/airflow/role-airflow-spark.yaml"]
    )
    allowed = {
        (verb, resource)
        for rule in role["rules"] for verb in rule["verbs"] for resource in rule["resources"]
    }  # fmt: skip
    assert {("create", "pods"), ("watch", "pods")} <= started.record.verbs <= allowed
