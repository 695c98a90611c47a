"""Executors of Spark: their size, what counts them, and who reaches whom."""

from __future__ import annotations

from typing import Any

import pytest

from platc_compiler.budget.lines import by_pipeline, pipelines_of
from platc_compiler.ir.network import ApiServer, Outside, Pods
from platc_compiler.ir.platform import Platform
from platc_compiler.lower.spark import driver_heap, overhead
from platc_spec.spark import Spark
from tests.lower.test_pipelines import compiled

MIB = 1 << 20


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        # Spark's own: max(384 MiB, factor * heap), rounded down (ResourceProfile.scala).
        ({"memory": "512Mi"}, 384),
        ({"memory": "3840Mi"}, 384),
        ({"memory": "4Gi"}, 409),
        ({"memory": "4Gi", "language": "python"}, 1638),
        ({"memory": "960Mi", "language": "python"}, 384),
        ({"memory": "4Gi", "overhead": "1Gi"}, 1024),
        ({"memory": "4Gi", "overhead": "100Mi"}, 100),
        ({"memory": "512Mi", "overhead": 1}, 1),
    ],
)
def test_the_overhead_of_an_executor(stated: dict[str, Any], expected: int) -> None:
    assert overhead(Spark(executors=1, **stated)) == expected


@pytest.mark.parametrize("language", ["jvm", "python"])
@pytest.mark.parametrize("limit", [864, 1024, 2048, 5000, 65536])
def test_heap_and_overhead_of_a_driver_fit_its_limit(language: str, limit: int) -> None:
    spark = Spark.model_validate({"executors": 1, "memory": "1Gi", "language": language})
    heap = driver_heap(spark, limit * MIB)
    factor = {"jvm": 0.1, "python": 0.4}[language]
    assert heap >= 480
    assert heap + max(384, int(heap * factor)) <= limit
    assert heap + 2 + max(384, int((heap + 2) * factor)) > limit


def platform(**spark: Any) -> Platform:  # noqa: ANN401
    task = {
        "image": "example.com/a:1.0",
        "depends_on": ["warehouse"],
        "resources": {"requests": {"memory": "512Mi"}, "limits": {"memory": "1Gi"}},
        "spark": {"executors": 3, "memory": "1Gi", **spark},
    }
    result = compiled(task)
    assert not result.failed, [d.message for d in result.diagnostics]
    assert result.platform is not None
    return result.platform


def test_the_budget_and_the_quota_count_every_executor() -> None:
    three, four = platform(), platform(executors=4)
    one = (1024 + 384) * MIB

    def requests(found: Platform) -> int:
        ((runner, own),) = pipelines_of(found)
        return sum(line.requests.memory for line in by_pipeline(runner, own))

    def quota(found: Platform) -> tuple[int, int]:
        (limited,) = [n.quota for n in found.namespaces if n.name == "airflow" and n.quota]
        assert limited.requests.memory is not None
        return limited.requests.memory, limited.pods

    assert requests(four) - requests(three) == one
    # The pods of a run that ends and those of the next are there together.
    assert [b - a for a, b in zip(quota(three), quota(four), strict=True)] == [2 * one, 2]


def test_an_executor_that_no_node_can_take_is_told() -> None:
    large = {"executors": 1, "memory": "29Gi", "overhead": "1Gi"}
    result = compiled({"image": "example.com/a:1.0", "spark": large})
    (told,) = [d for d in result.diagnostics if d.code == "PLT206"]
    assert "'one.only' asks for 30.00 GiB" in told.message
    assert told.path == "pipelines.one.tasks.only.spark"


def test_driver_and_executors_reach_each_other_and_what_the_task_depends_on() -> None:
    def name(end: object) -> str:
        if isinstance(end, Pods) and dict(end.labels).get("platc.dev/task") == "only":
            return end.name.removeprefix("one.only") or "driver"
        return "api" if isinstance(end, ApiServer) else getattr(end, "name", "")

    edges = {(name(e.source), name(e.target), e.port) for e in platform().edges}
    own = {edge for edge in edges if {"driver", ".executors"} & set(edge[:2])}
    assert own == {
        ("driver", "api", 443), ("driver", "api", 6443), ("driver", ".executors", 7079),
        (".executors", "driver", 7078), (".executors", "driver", 7079),
        (".executors", ".executors", 7079),
        ("driver", "warehouse", 443), (".executors", "warehouse", 443),
        ("driver", "dns", 53), (".executors", "dns", 53),
    }  # fmt: skip
    assert any(isinstance(e.target, Outside) for e in platform().edges)
