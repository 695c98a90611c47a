"""What ``pipelines`` become, beyond what the generated DAGs show."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

from platc_compiler.ir.pods import Pod
from platc_compiler.pipeline import Result, compile_platform
from platc_compiler.source.source import Source
from tests.real.airflow_pods import PLATFORM


def compiled(task: dict[str, Any], **defaults: Any) -> Result:  # noqa: ANN401
    """Compile the platform of the real tests with a pipeline of one task."""
    data = yaml.safe_load(PLATFORM.read_text(encoding="utf-8"))
    data["pipelines"]["one"] = {
        "runs_on": "airflow",
        "start": "2024-01-01",
        "defaults": defaults,
        "tasks": {"only": task},
    }
    return compile_platform(Source(json.dumps(data, default=str)))


def pod(task: dict[str, Any], **defaults: Any) -> Pod:  # noqa: ANN401
    result = compiled({"image": "example.com/a:1.0", **task}, **defaults)
    assert not result.failed, [d.message for d in result.diagnostics]
    assert result.platform is not None
    (found,) = [p.tasks[0].pod for p in result.platform.pipelines if p.name == "one"]
    assert found is not None
    return found


def disk(found: Pod) -> tuple[int, int | None]:
    """Return what a pod may write to its folders and altogether, in MiB."""
    limit = found.containers[0].resources.limits.ephemeral_storage
    size = getattr(found.volumes[0].source, "size")  # noqa: B009 - of one source of several
    return size >> 20, limit and limit >> 20


@pytest.mark.parametrize(
    ("task", "defaults", "expected"),
    [
        ({}, {}, (512, 1024)),
        ({"scratch": "4Gi"}, {}, (4096, 4608)),
        ({}, {"scratch": "2Gi"}, (2048, 2560)),
        ({"scratch": "64Mi"}, {"scratch": "2Gi"}, (64, 576)),
        ({"resources": {"limits": {"ephemeral_storage": "256Mi"}}}, {}, (128, 256)),
    ],
)
def test_what_may_be_written_stays_below_the_limit_of_the_pod(
    task: dict[str, Any], defaults: dict[str, Any], expected: tuple[int, int]
) -> None:
    assert disk(pod(task, **defaults)) == expected


def test_a_task_runs_as_the_user_of_its_own_or_of_the_pipeline() -> None:
    assert pod({}).user == 65532
    assert pod({}, user=185).user == 185
    own = pod({"user": 1000}, user=185)
    assert (own.user, own.group, own.fs_group) == (1000, 1000, 1000)


@pytest.mark.parametrize(
    ("task", "message"),
    [
        ({"image": "example.com/a:1.0", "user": 0}, "0 is out of range: it is at least 1"),
        ({"image": "example.com/a:1.0", "writable": ["/"]}, "write a folder such as"),
        ({"image": "example.com/a:1.0", "writable": ["/opt/../etc"]}, "write a folder such as"),
        ({"image": "example.com/a:1.0", "writable": ["/tmp/x"]}, "is writable already"),  # noqa: S108
        ({"image": "example.com/a:1.0", "writable": ["/a", "/a"]}, "names a folder twice"),
        ({"python": "reports.quality:generate", "user": 185}, "only a task with an image"),
    ],
)
def test_what_a_pod_cannot_have_is_refused(task: dict[str, Any], message: str) -> None:
    result = compiled(task)
    assert result.failed
    assert any(message in diagnostic.message for diagnostic in result.diagnostics), [
        d.message for d in result.diagnostics
    ]


@pytest.mark.parametrize(
    ("task", "expected"), [({"name": "spark-batch-job"}, "spark-batch-job"), ({}, "only")]
)
def test_a_pod_is_called_as_stated_or_like_its_task(task: dict[str, Any], expected: str) -> None:
    result = compiled({"image": "example.com/a:1.0", **task})
    assert not result.failed, [d.message for d in result.diagnostics]
    assert f'        name="{expected}",\n' in dict(result.dags)["one.py"]


@pytest.mark.parametrize(
    "task",
    [
        {"python": "reports.quality:generate", "name": "of-no-pod"},
        {"image": "example.com/a:1.0", "name": "x" * 55},
        {"image": "example.com/a:1.0", "name": "With_Capitals"},
    ],
)
def test_a_name_that_no_pod_can_have_is_refused(task: dict[str, Any]) -> None:
    assert compiled(task).failed
