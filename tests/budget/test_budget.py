"""Each rule of the budget, with figures that can be checked by hand."""

from __future__ import annotations

from time import process_time
from typing import Any

import pytest
from msgspec.structs import replace

from platc_compiler.budget import clock
from platc_compiler.budget.distributions import kubelet_reserve
from platc_compiler.budget.lines import Line
from platc_compiler.budget.load import Load
from platc_compiler.budget.nodes import nodes
from platc_compiler.budget.pods import size
from platc_compiler.budget.report import homes, report, verdict
from platc_compiler.ir.platform import Platform
from platc_compiler.ir.pods import Amounts, Container, Pod, Resources
from platc_compiler.ir.workloads import Deployment
from platc_compiler.pipeline import compile_platform
from platc_compiler.source.emit import yaml_text
from platc_compiler.source.source import Source
from platc_spec.cluster import Cluster, NodePool
from tests.budget.platforms import GI, MI, ONE_NODE, compiled, spec_of, workload


def line(platform: Platform, name: str) -> Line:
    return next(line for line in report(platform).lines if line.name == name)


def test_a_node_of_kind_offers_all_its_memory_and_bears_the_control_plane() -> None:
    (node,) = nodes(Cluster.model_validate(ONE_NODE))
    assert node.allocatable == node.capacity
    # etcd 100Mi, two CoreDNS of 70Mi, kindnet 50Mi; nine pods in all.
    assert node.system == Load(290 * MI, 950, 0, 9)
    assert not node.tainted


def test_other_nodes_take_the_platforms_pods_off_the_control_plane_of_kind() -> None:
    cluster = {"nodes": {"main": {"memory": "8GB", "cpu": 4, "count": 3}}}
    first, *others = nodes(Cluster.model_validate(cluster))
    assert first.tainted
    assert not any(node.tainted for node in others)
    assert all(node.system == Load(50 * MI, 100, 0, 2) for node in others)


def test_the_pool_that_is_marked_bears_the_control_plane() -> None:
    cluster = {
        "nodes": {
            "workers": {"memory": "8GB", "cpu": 4},
            "masters": {"memory": "4GB", "cpu": 2, "control_plane": True},
        }
    }
    assert [n.tainted for n in nodes(Cluster.model_validate(cluster))] == [False, True]


@pytest.mark.parametrize(
    ("distribution", "pool", "reserve"),
    [
        ("kind", {"memory": "8Gi", "cpu": 4}, Load()),
        ("k3s", {"memory": "8Gi", "cpu": 4, "ephemeral_storage": "40Gi"}, Load(0, 0, 2 * GI, 0)),
        (
            "kubeadm",
            {"memory": "8Gi", "cpu": 4, "ephemeral_storage": "40Gi"},
            Load(100 * MI, 0, 4 * GI, 0),
        ),
        # nodeadm: 255Mi and 11Mi a pod; 60m + 10m + 5m + 5m.
        (
            "eks",
            {"memory": "16Gi", "cpu": 4, "pods": 58, "ephemeral_storage": "40Gi"},
            Load((100 + 255 + 638) * MI, 80, 5 * GI, 0),
        ),
        # The tiers of GKE's page: 25 % of 4, 20 % of 4, 10 % of 8 GiB; half of a small disk.
        (
            "gke",
            {"memory": "16Gi", "cpu": 4, "ephemeral_storage": "10Gi"},
            Load(100 * MI + GI + -(-4 * GI // 5) + -(-8 * GI // 10), 80, 6 * GI, 0),
        ),
        # Microsoft's example: 8 GB and 30 pods keep 650 MB and the eviction threshold.
        (
            "aks",
            {"memory": "8Gi", "cpu": 8, "pods": 30, "ephemeral_storage": "40Gi"},
            Load(750 * MI, 180, 4 * GI, 0),
        ),
    ],
)  # fmt: skip
def test_each_distribution_keeps_what_its_documentation_says(
    distribution: str, pool: dict[str, Any], reserve: Load
) -> None:
    assert kubelet_reserve(distribution, NodePool.model_validate(pool)) == reserve  # type: ignore[arg-type]


def test_a_reserve_that_is_stated_stands_for_the_distributions() -> None:
    pool = NodePool.model_validate(
        {"memory": "16Gi", "cpu": 4, "reserved": {"memory": "1Gi"}, "ephemeral_storage": "40Gi"}
    )
    assert kubelet_reserve("eks", pool) == Load(GI, 80, 5 * GI, 0)


def test_a_large_node_of_aks_keeps_ten_millicores_a_core() -> None:
    pool = NodePool.model_validate({"memory": "64Gi", "cpu": 64})
    assert kubelet_reserve("aks", pool).cpu == 740


def test_a_container_with_a_limit_alone_asks_for_that_much() -> None:
    resources = Resources(requests=Amounts(cpu=5), limits=Amounts(cpu=9, memory=7))
    pod = Pod(containers=(Container(name="c", image="i:1", resources=resources),), user=1, group=1)
    assert size(pod).requests == Load(7, 5, 0, 1)
    assert size(pod).limits == Load(7, 9, 0, 1)
    assert size(pod).unlimited == ("ephemeral_storage",)


def test_an_external_service_counts_for_each_of_its_replicas() -> None:
    platform = compiled(
        {"web": {
            "kind": "external", "ports": {"http": 80},
            "address": {"service": "web", "namespace": "far", "replicas": 3},
            "resources": {"requests": {"memory": "1Gi", "cpu": "1"}, "limits": {"memory": "2Gi"}},
        }}
    )  # fmt: skip
    found = line(platform, "web")
    assert found.requests == Load(3 * GI, 3000, 0, 3)
    assert found.limits == Load(6 * GI, 0, 0, 3)
    assert found.unlimited == ("cpu", "ephemeral_storage")


def test_replicas_are_counted_each() -> None:
    platform = compiled({"web": workload(replicas=3)})
    assert line(platform, "web").requests == Load(768 * MI, 300, 384 * MI, 3)
    assert report(platform).over("memory") < 0


def test_of_runs_by_the_clock_only_those_that_can_meet_are_counted_together() -> None:
    services = {
        "early": workload("1Gi", schedule="0 3 * * *", deadline="1h"),
        "meets": workload("2Gi", schedule="50 3 * * *", deadline="30m"),
        "alone": workload("2500Mi", schedule="0 12 * * *", deadline="1h"),
    }
    platform = compiled(services)
    assert report(platform).requests.memory == 3 * GI
    assert line(platform, "alone").requests.memory == 0
    assert line(platform, "early").requests.memory == GI


def test_a_late_start_is_part_of_a_run_by_the_clock() -> None:
    # From 3:00 a run of an hour may last until 4:10 and the grace of its pod.
    services = {
        "early": workload("1Gi", schedule="0 3 * * *", deadline="1h"),
        "later": workload("1Gi", schedule="10 4 * * *", deadline="1h"),
    }
    assert report(compiled(services)).requests.memory == 2 * GI
    services["later"]["schedule"] = "11 4 * * *"
    assert report(compiled(services)).requests.memory == GI


def test_a_daemonset_has_a_pod_on_every_node_that_it_tolerates() -> None:
    cluster = {"nodes": {"main": {"memory": "8GB", "cpu": 4, "count": 3}}}
    services = {"nodes": {"kind": "node_exporter", "namespace": "a"}}
    budget = report(compiled(services, cluster))
    (daemons,) = (line for line in budget.lines if line.kind == "DaemonSet")
    assert daemons.count == 3
    # What it takes of the closed node is on both sides.
    free = sum(node.free.memory for node in budget.nodes if not node.tainted)
    assert budget.available.memory == free + daemons.requests.memory // 3


def test_what_an_external_service_takes_is_counted_or_named() -> None:
    address = {"service": "q", "namespace": "far"}
    platform = compiled({"q": {"kind": "external", "address": address, "ports": {"x": 1}}})
    assert report(platform).uncounted == ("q",)
    assert report(platform).requests == Load()


def test_pods_are_placed_on_the_emptiest_node() -> None:
    cluster = {"distribution": "k3s", "nodes": {"n": {"memory": "4Gi", "cpu": 4, "count": 2}}}
    # What keeps a volume is recreated: there is no second pod during a roll-out.
    keeps = {"volumes": {"data": {"mount": "/data", "size": "1Gi"}}}
    platform = compiled({name: workload("1Gi", **keeps) for name in "abc"}, cluster)
    # n-0 bears CoreDNS and metrics-server.
    assert homes(platform) == (("a", "n-1"), ("b", "n-0"), ("c", "n-1"))


def controllers(platform: Platform) -> dict[str, int]:
    return {
        w.name: w.controller.surge
        for w in platform.workloads
        if isinstance(w.controller, Deployment)
    }


def test_a_single_replica_surges_where_the_budget_has_room() -> None:
    # 7.17 GiB: both, then only the smaller one, then none.
    for small, large, surging in (
        ("1Gi", "2Gi", {"a": 1, "b": 1}),
        ("1Gi", "5Gi", {"a": 1, "b": 0}),
        ("3Gi", "4Gi", {"a": 0, "b": 0}),
    ):
        platform = compiled({"a": workload(small), "b": workload(large)})
        assert controllers(platform) == surging
        assert report(platform).over("memory") <= 0


def test_what_keeps_a_volume_and_what_has_several_replicas_do_not_surge() -> None:
    volumes = {"data": {"mount": "/data", "size": "1Gi"}}
    services = {"keeps": workload(volumes=volumes), "several": workload(replicas=2)}
    assert controllers(compiled(services)) == {"keeps": 0, "several": 0}


def test_limits_hold_a_surge_back_as_requests_do() -> None:
    cluster = {**ONE_NODE, "overcommit": {"memory": 1.0}}
    service = workload("1Gi")
    service["resources"]["limits"] = {**service["resources"]["limits"], "memory": "4Gi"}
    assert controllers(compiled({"a": service}, cluster)) == {"a": 0}
    assert controllers(compiled({"a": service})) == {"a": 1}


def test_no_pod_surges_when_the_second_one_finds_no_node() -> None:
    # 3.8 GiB are left in sum, and 1.9 on each node.
    cluster = {"distribution": "eks", "nodes": {"n": {
        "memory": "4Gi", "cpu": 4, "count": 2, "reserved": {"memory": 0}
    }}}  # fmt: skip
    services = {"a": workload("2Gi"), "b": workload("2Gi")}
    assert controllers(compiled(services, cluster)) == {"a": 0, "b": 0}


def test_pods_that_are_not_there_need_no_node() -> None:
    services = {
        "large": workload("64Gi", replicas=0),
        "elsewhere": workload(replicas=0, node_selector={"disk": "nvme"}),
    }
    result = compile_platform(Source(yaml_text(spec_of(services, ONE_NODE))))
    assert not [found for found in result.diagnostics if found.code.startswith("PLT2")]


def cron(minute: int, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    schedule = f"{minute % 60} {minute % 24} {1 + minute % 28} * {minute % 7}"
    return workload("64Mi", schedule=schedule, deadline="1h", **more)


TWO_SIZES = {"small": {"memory": "4Gi", "cpu": 4, "count": 2}, "large": {"memory": "9Gi", "cpu": 8}}


@pytest.mark.parametrize(
    ("services", "nodes"),
    [
        ({"w": workload(replicas=1000)}, {"n": {"memory": "8Gi", "cpu": 4, "count": 5000}}),
        ({"w": workload("6Gi", replicas=1000)}, {"n": {"memory": "8Gi", "cpu": 4, "count": 1000}}),
        ({f"w{i}": workload(replicas=1000) for i in range(3)}, {
            "n": {"memory": "16Gi", "cpu": 16, "count": 100}
        }),
        ({f"w{i}": workload(replicas=1000) for i in range(50)}, {
            "n": {"memory": "8Gi", "cpu": 4, "count": 5000}
        }),
        ({f"w{i}": workload(f"{345 + i * 13}Mi") for i in range(300)}, {
            "n": {"memory": "8Gi", "cpu": 4, "count": 104}
        }),
        ({f"c{i}": cron(i) for i in range(240)}, TWO_SIZES),
        ({f"c{i}": cron(i, node_selector={"kubernetes.io/os": "linux"}) for i in range(240)},
         {**TWO_SIZES, "small": {"memory": "2Gi", "cpu": 2, "count": 2}}),
    ],
)  # fmt: skip
def test_a_large_platform_is_judged_in_seconds(
    services: dict[str, Any], nodes: dict[str, Any]
) -> None:
    cluster = {
        "distribution": "eks", "nodes": nodes, "overcommit": {"memory": 100, "cpu": 1000}
    }  # fmt: skip
    result = compile_platform(Source(yaml_text(spec_of(services, cluster))))
    assert result.platform is not None
    platform = replace(result.platform)
    began = process_time()
    report(platform)
    verdict(platform)
    homes(platform)
    assert process_time() - began < 5


def test_a_sum_that_is_an_upper_bound_is_said_to_be_one(monkeypatch: pytest.MonkeyPatch) -> None:
    services = {f"c{i}": workload("1Gi", schedule=f"0 3 {1 + i} * *") for i in range(8)}
    spec = yaml_text(spec_of(services, ONE_NODE))
    assert not [d for d in compile_platform(Source(spec)).diagnostics if d.code == "PLT201"]
    monkeypatch.setattr(clock, "_STEPS", 10)
    (told,) = [d for d in compile_platform(Source(spec)).diagnostics if d.code == "PLT201"]
    assert str(told.notes[-1]).startswith("this is an upper bound")
