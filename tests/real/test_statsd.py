"""What both generations of Airflow send, through the real exporter with our mapping."""

from __future__ import annotations

import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.real.airflow_pods import ENVIRONMENTS, Generated, generate
from tests.tools import tool

# Recorded from a run of each release with two DAGs of one task.
RECORDED = {
    "3.3.2": """\
airflow.scheduler_heartbeat:1|c
airflow.triggerer_heartbeat:1|c
airflow.dag_processor_heartbeat:1|c
airflow.dag_processing.import_errors:1|g
airflow.dag_processing.processes,file_path=d1.py,action=start:1|c
airflow.dag_processing.processes,file_path=d1.py,action=finish:-1|c
airflow.dag_processing.last_duration,bundle_name=dags-folder,file_name=d1:0.47|ms
airflow.dagrun.duration.success,dag_id=good,run_type=manual:21863.9|ms
airflow.dagrun.duration.failed,dag_id=bad,run_type=manual:38885.0|ms
airflow.task.duration,dag_id=good,task_id=group.hello:312.3|ms
airflow.ti.start,dag_id=good,task_id=group.hello:1|c
airflow.ti.finish,dag_id=good,task_id=group.hello,state=success:1|c
airflow.operator_failures,dag_id=bad,task_id=boom,operator_name=_PythonDecoratedOperator:1|c
airflow.pool.open_slots,pool_name=default_pool:126|g
airflow.executor.running_tasks,status=running,executor_class_name=KubernetesExecutor:2|g
airflow.triggers.running,hostname=airflow-triggerer-0:0|g
""",
    "2.7.3": """\
airflow.scheduler_heartbeat:1|c
airflow.dag_processing.import_errors:1|g
airflow.dag_processing.processes:1|c
airflow.dag_processing.processes:-1|c
airflow.dag_processing.last_duration:0.47|ms
airflow.dag_processing.last_duration.d1:0.47|ms
airflow.dagrun.duration.success:21863.9|ms
airflow.dagrun.duration.success.good:21863.9|ms
airflow.dagrun.duration.failed:38885.0|ms
airflow.dagrun.duration.failed.bad:38885.0|ms
airflow.task.duration:312.3|ms
airflow.dag.good.group.hello.duration:312.3|ms
airflow.ti.start:1|c
airflow.ti.start.good.group.hello:1|c
airflow.ti.finish:1|c
airflow.ti.finish.good.group.hello.success:1|c
airflow.operator_failures:1|c
airflow.operator_failures__PythonDecoratedOperator:1|c
airflow.pool.open_slots:126|g
airflow.pool.open_slots.default_pool:126|g
airflow.executor.running_tasks:2|g
airflow.triggers.running:0|g
airflow.triggers.running.airflow-triggerer-0:0|g
""",
}
EXPECTED = {
    "airflow_scheduler_heartbeat": 1,
    "airflow_dag_processing_import_errors": 1,
    'airflow_dag_processing_last_duration_count{file_name="d1"}': 1,
    'airflow_dagrun_duration_success_count{dag_id="good"}': 1,
    'airflow_dagrun_duration_success_sum{dag_id="good"}': 21.8639,
    'airflow_dagrun_duration_failed_count{dag_id="bad"}': 1,
    'airflow_task_duration_count{dag_id="good",task_id="group.hello"}': 1,
    'airflow_ti_start{dag_id="good",task_id="group.hello"}': 1,
    'airflow_ti_finish{dag_id="good",state="success",task_id="group.hello"}': 1,
    'airflow_operator_failures{operator_name="_PythonDecoratedOperator"}': 1,
    'airflow_pool_open_slots{pool_name="default_pool"}': 126,
    'airflow_triggers_running{hostname="airflow-triggerer-0"}': 0,
}
"""What both yield; labels that only one of them knows are left out of the comparison."""
FURTHER = {"run_type", "bundle_name", "dag_id", "task_id"}
"""Labels that 3.x has in addition."""


@pytest.fixture(scope="module", params=ENVIRONMENTS)
def generated(request: pytest.FixtureRequest) -> Generated:
    return generate(request.param)


@pytest.fixture
def mapping(generated: Generated, tmp_path: Path) -> Path:
    path = tmp_path / "mapping.yaml"
    config = generated.manifest("ConfigMap", "airflow-statsd")["data"]
    path.write_text(config["mapping.yaml"], encoding="utf-8")
    return path


def free_port(kind: socket.SocketKind) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def exporter(generated: Generated, mapping: Path) -> Iterator[tuple[int, str]]:
    """Run the exporter with the pod's own arguments; yield its UDP port and its address."""
    udp, http = free_port(socket.SOCK_DGRAM), free_port(socket.SOCK_STREAM)
    pod = generated.manifest("Deployment", "airflow-statsd")["spec"]["template"]["spec"]
    args = [
        arg.replace(":9125", f"127.0.0.1:{udp}").replace(":9102", f"127.0.0.1:{http}")
        .replace("/etc/statsd-exporter/mapping.yaml", str(mapping))
        for arg in pod["containers"][0]["args"]
    ]  # fmt: skip
    process = subprocess.Popen([tool("statsd_exporter"), *args], stderr=subprocess.DEVNULL)
    try:
        yield udp, f"http://127.0.0.1:{http}"
    finally:
        process.terminate()
        process.wait(timeout=10)


def fetch(url: str) -> str:
    for _ in range(100):
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - http on loopback
                return str(answer.read().decode())
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"{url} does not answer")


def series(text: str) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """Return Airflow's samples by name and labels."""
    found = {}
    for line in text.splitlines():
        if line.startswith("airflow_"):
            name, _, rest = line.partition("{")
            labels, _, value = rest.rpartition("} ")
            if not rest:
                name, _, value = line.rpartition(" ")
            pairs = [pair.split("=", 1) for pair in labels.split(",") if pair]
            found[name, frozenset((k, v.strip('"')) for k, v in pairs)] = float(value)
    return found


def test_the_exporter_accepts_the_mapping(mapping: Path) -> None:
    command = [tool("statsd_exporter"), f"--statsd.mapping-config={mapping}", "--check-config"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode == 0, done.stderr


def test_both_generations_yield_the_same_metrics_once(generated: Generated, mapping: Path) -> None:
    with exporter(generated, mapping) as (udp, address):
        assert fetch(f"{address}/-/ready")
        assert fetch(f"{address}/-/healthy")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for line in RECORDED[generated.version].splitlines():
                sender.sendto(line.encode(), ("127.0.0.1", udp))
        for _ in range(100):
            text = fetch(f"{address}/metrics")
            if "airflow_triggers_running" in text:
                break
            time.sleep(0.1)
    got = series(text)
    wanted = series("\n".join(f"{name} {value}" for name, value in EXPECTED.items()))
    for (name, labels), value in wanted.items():
        having = {
            known: number
            for (other, known), number in got.items()
            if other == name and labels <= known
        }
        assert list(having.values()) == [value], f"{name} {sorted(labels)}: {having}"
        assert {label for known in having for label, _ in known - labels} <= FURTHER
        # No twin without the ids, which a sum would count a second time.
        assert len([other for other, _ in got if other == name]) == 1, name
    assert not [
        name for name, _ in got if name.startswith(("airflow_dag_processing_processes", "dropped"))
    ]
    errors = [
        line for line in text.splitlines() if line.startswith("statsd_exporter_events_error_total")
    ]
    assert all(line.endswith(" 0") for line in errors), errors
