"""Let the executor start a task while the API server refuses, and print what becomes of it.

The arguments are a status and a message each, joined by a colon. Only the API server is played.
"""

import json
import sys
from queue import Queue
from unittest import mock

from airflow.models.taskinstancekey import TaskInstanceKey
from airflow.providers.cncf.kubernetes.executors import kubernetes_executor_types as types
from airflow.providers.cncf.kubernetes.executors.kubernetes_executor import KubernetesExecutor
from kubernetes.client.rest import ApiException

Job = getattr(types, "KubernetesJob", None)


def outcome(status: int, message: str) -> str:
    """Return whether the task still waits after three rounds of the executor, or has failed."""
    executor = KubernetesExecutor()
    executor.scheduler_job_id = "1"
    executor.kube_client = executor.event_scheduler = mock.MagicMock()
    executor.event_scheduler.run.return_value = 0.0
    # Nothing is adopted: that asks the database.
    executor._last_completed_pod_adoption = float("inf")  # noqa: SLF001 - no other way
    executor.task_queue, executor.result_queue = Queue(), Queue()
    refusal = ApiException(status=status, reason="Refused")
    refusal.body = json.dumps({"message": message})
    refusal.headers = {}
    executor.kube_scheduler = mock.MagicMock()
    executor.kube_scheduler.run_next.side_effect = refusal
    executor.kube_scheduler.run_next_batch.side_effect = lambda jobs: [(j, refusal) for j in jobs]
    job = (TaskInstanceKey("dag", "task", "run", 1, -1), ["true"], None, None)
    executor.task_queue.put(Job(*job) if Job else job)
    for _ in range(3):
        executor.sync()
    tried = executor.kube_scheduler.run_next.call_count
    tried += executor.kube_scheduler.run_next_batch.call_count
    failed = job[0] in executor.event_buffer
    return f"{'failed' if failed else 'waits'} after {tried}"


found = {}
for argument in sys.argv[1:]:
    number, _, text = argument.partition(":")
    found[number] = outcome(int(number), text)
print(json.dumps(found))
