"""What a namespace may take, with figures that can be checked by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from platc_compiler.ir.pipelines import Pipeline, Runner, Task
from platc_compiler.ir.platform import Platform, Quota
from platc_compiler.ir.pods import Amounts, Container, Pod, Resources
from platc_compiler.passes.quotas import quotas
from tests.budget.platforms import GI, MI, compiled, workload


def quota(platform: Platform) -> Quota | None:
    return platform.namespaces[0].quota


def test_a_quota_allows_every_pod_its_successor_and_one_more() -> None:
    found = quota(compiled({"web": workload(replicas=2), "nightly": workload(schedule="@daily")}))
    assert found is not None
    # Two replicas, a run by the clock, as many that are ending, a container of the default size.
    assert found.requests == Amounts(
        memory=(6 * 256 + 128) * MI, cpu=700, ephemeral_storage=(6 * 128 + 256) * MI
    )
    assert found.pods == 7
    assert found.container_maximum == Amounts(memory=256 * MI, cpu=100, ephemeral_storage=256 * MI)
    assert found.container_default.memory == 128 * MI


@pytest.mark.parametrize(
    ("service", "nodes", "pods"),
    [
        (workload(volumes={"data": {"mount": "/data", "size": "1Gi"}}), 1, 2),  # Recreate
        ({"kind": "node_exporter", "namespace": "a"}, 3, 4),
        (workload(schedule="@daily"), 1, 2),
        (workload(replicas=3), 1, 6),
    ],
)
def test_a_quota_has_room_for_a_restart_of_every_controller(
    service: dict[str, Any], nodes: int, pods: int
) -> None:
    cluster = {"nodes": {"main": {"memory": "8GB", "cpu": 4, "count": nodes}}}
    found = quota(compiled({"it": service}, cluster))
    assert found is not None
    # One more is for somebody who looks into something.
    assert found.pods == pods + 1


def test_what_a_container_leaves_open_has_no_quota_and_no_maximum() -> None:
    resources = {"requests": {"memory": "1Gi", "cpu": "1"}, "limits": {"memory": "1Gi"}}
    address = {"service": "q", "namespace": "a"}
    external = {"kind": "external", "address": address, "ports": {"x": 1}, "resources": resources}
    found = quota(compiled({"q": external, "web": workload()}))
    assert found is not None
    assert found.limits.cpu is None
    assert found.container_maximum.cpu is None
    assert found.container_default.cpu is None
    # Of web: the pod, a second one during a roll-out, and the first one that is ending.
    assert found.requests.cpu == 2 * 1000 + 3 * 100 + 100


def test_a_namespace_with_pods_of_which_nothing_is_known_has_no_quota() -> None:
    address = {"service": "q", "namespace": "a"}
    external = {"kind": "external", "address": address, "ports": {"x": 1}}
    assert quota(compiled({"q": external, "web": workload()})) is None


def test_a_quota_has_room_for_tasks_that_are_ending() -> None:
    amounts = Amounts(memory=GI, cpu=100, ephemeral_storage=GI)
    only = Container(name="c", image="i:1", resources=Resources(requests=amounts, limits=amounts))
    pod = Pod(containers=(only,), user=1, group=1)
    runner = Runner(
        service="airflow", namespace="a", version="3.3.2", worker=pod, worker_labels=(),
        parallelism=8, active_tasks=8, origin=(),
    )  # fmt: skip
    pipeline = Pipeline(
        name="p", runner=runner, description="", schedule=None, start=date(2024, 1, 1),
        catchup=False, max_active_runs=1, max_active_tasks=None, tags=(), owner="", retries=0,
        depends_on_past=False, retry_delay=None, timeout=None, email=(), email_on_failure=False,
        email_on_retry=False, tasks=(Task(name="t", pod=pod, origin=()),), origin=(),
    )  # fmt: skip
    platform = compiled({"web": workload()})
    before, after = quota(platform), quota(quotas(replace(platform, pipelines=(pipeline,))))
    assert before is not None
    assert after is not None
    # The worker's pod and the task's own, each twice.
    assert after.pods == before.pods + 4
    assert after.requests.memory == (before.requests.memory or 0) + 4 * GI
