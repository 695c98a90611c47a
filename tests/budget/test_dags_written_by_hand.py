"""DAGs that platc did not write start as many tasks as Airflow lets them: all have room."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from platc_compiler.budget.pods import size
from platc_compiler.budget.report import homes, report
from platc_compiler.ir.platform import Platform
from platc_compiler.pipeline import compile_platform
from platc_compiler.source.source import Source
from tests.real.airflow_pods import PLATFORM

NAME = "airflow: DAGs written by hand"


def platform(
    parallelism: int, pipelines: dict[str, Any] | None = None, **stated: object
) -> Platform:
    """Return the platform of the real tests with a cap on tasks, and other pipelines."""
    data = yaml.safe_load(PLATFORM.read_text(encoding="utf-8"))
    data["services"]["airflow"]["config"]["core"]["parallelism"] = parallelism
    data["services"]["airflow"].update(stated)
    data["pipelines"] = {} if pipelines is None else pipelines
    result = compile_platform(Source(json.dumps(data, default=str)))
    assert result.platform is not None, [d.message for d in result.diagnostics]
    return result.platform


def pipeline(*tasks: str) -> dict[str, Any]:
    image = {"image": "example.com/a:1.0", "resources": {"requests": {"memory": "1Gi"}}}
    stated = {"runs_on": "airflow", "start": "2024-01-01", "tasks": dict.fromkeys(tasks, image)}
    return {"one": stated}


def count(found: Platform, name: str) -> int:
    return sum(line.count for line in report(found).lines if line.name == name)


def test_they_take_all_that_may_run_where_there_are_no_pipelines() -> None:
    found = platform(3)
    worker = size(found.runners[0].worker)
    (line,) = [line for line in report(found).lines if line.name == NAME]
    assert (line.count, line.requests) == (3, worker.requests * 3)
    assert sum(pod.startswith(NAME) for pod, _ in homes(found)) == 3


@pytest.mark.parametrize(("tasks", "others"), [(("a",), 2), (("a", "b"), 1), (("a", "b", "c"), 0)])
def test_they_take_what_pipelines_leave(tasks: tuple[str, ...], others: int) -> None:
    found = platform(3, pipeline(*tasks))
    # A task of a pipeline is two pods: that of its image and its worker.
    assert count(found, "one") == 2 * len(tasks)
    assert count(found, NAME) == others


def test_an_image_of_the_users_own_can_hold_them_too() -> None:
    official = platform(3, dags={})
    assert count(official, NAME) == 0
    own = platform(3, dags={}, image="registry.example.com/airflow:1.0")
    assert count(own, NAME) == 3


def test_the_quota_lets_as_many_workers_in_as_airflow_starts() -> None:
    quotas = {}
    for parallelism in (1, 9):
        (space,) = [n for n in platform(parallelism).namespaces if n.name == "airflow"]
        assert space.quota is not None
        quotas[parallelism] = space.quota.requests.memory or 0
    worker = size(platform(1).runners[0].worker).requests.memory
    assert quotas[9] - quotas[1] >= 8 * worker
