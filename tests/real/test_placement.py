"""Platforms near the edge of what fits, given to the real scheduler."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
import yaml
from msgspec.structs import replace

from platc_compiler.budget.nodes import nodes
from platc_compiler.pipeline import Result, compile_platform
from platc_compiler.source.emit import yaml_text
from platc_compiler.source.source import Source
from tests.budget.test_budget_against_all_placements import case
from tests.real.control_plane import ControlPlane, control_plane, wait
from tests.real.fake_nodes import add_nodes

Object = dict[str, Any]

SEEDS = range(10_000, 10_045)
LARGE = {
    "cluster": {
        "nodes": {
            disk: {"count": 9, "memory": "900Gi", "cpu": 900, "labels": {"disk": disk}}
            for disk in ("ssd", "hdd")
        }
    }
}
TOO_FULL = {"PLT201", "PLT202", "PLT203", "PLT205", "PLT206"}
UNDECIDED = "PLT211"

PATHS = {
    "Namespace": "/api/v1/namespaces",
    "ServiceAccount": "/api/v1/namespaces/{}/serviceaccounts",
    "ResourceQuota": "/api/v1/namespaces/{}/resourcequotas",
    "LimitRange": "/api/v1/namespaces/{}/limitranges",
    "Deployment": "/apis/apps/v1/namespaces/{}/deployments",
    "ReplicaSet": "/apis/apps/v1/namespaces/{}/replicasets",
    "CronJob": "/apis/batch/v1/namespaces/{}/cronjobs",
    "Job": "/apis/batch/v1/namespaces/{}/jobs",
    "Pod": "/api/v1/namespaces/{}/pods",
}
"""Where the objects of a kind are, in the order in which they are applied."""

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("scheduler")]


@pytest.fixture(scope="module")
def plane() -> Iterator[ControlPlane]:
    # What runs to its end stays until it is taken away.
    with control_plane({"pod-complete": (600_000, 600_000)}) as found:
        yield found


def test_the_scheduler_places_what_is_accepted_and_leaves_what_is_refused(
    plane: ControlPlane,
) -> None:
    told: Counter[str] = Counter()
    for seed in SEEDS:
        it = case(seed)
        spec, namespace = in_namespace(it.text, f"case-{seed}"), f"case-{seed}"
        result = compile_platform(Source(yaml_text(spec)))
        answer = verdict(result)
        assert result.platform is not None
        # What is refused has no objects. They are the same on nodes with room for all.
        emitted = result if result.files else compile_platform(Source(yaml_text(spec | LARGE)))
        every = [replace(n, name=f"{n.name}-{seed}") for n in nodes(result.platform.spec.cluster)]
        add_nodes(plane, every)
        left = left_over(plane, namespace, objects(emitted), meetings(it.runs))
        told[f"{answer}, {'left over' if left else 'placed'}"] += 1
        assert not left or answer != "accepted", f"{left} (seed {seed}):\n{yaml_text(spec)}"
        assert left or answer != "refused", f"placed (seed {seed}):\n{yaml_text(spec)}"
        clear(plane, namespace)
    print(*sorted(told.items()), sep="\n", file=sys.stderr)
    assert told["accepted, placed"] > 5
    assert told["refused, left over"] > 5


def in_namespace(text: str, namespace: str) -> Object:
    """Return a platform with all its services in another namespace than ``a``."""
    spec: Object = yaml.safe_load(text)
    spec["namespaces"] = {namespace: None}
    for service in spec["services"].values():
        service["namespace"] = namespace
    return spec


def verdict(result: Result) -> str:
    """Return what platc says of the pods of a platform on its nodes."""
    codes = {d.code for d in result.diagnostics if d.severity == "error"}
    warned = {d.code for d in result.diagnostics if d.severity == "warning"}
    assert codes <= {*TOO_FULL, UNDECIDED}
    if not codes:
        return "accepted with a warning" if "PLT205" in warned else "accepted"
    return "refused" if codes & TOO_FULL else "undecided"


def objects(result: Result) -> list[Object]:
    """Return the objects of a platform that have to do with its pods, in the order of applying."""
    every = [
        yaml.safe_load(text) for name, text in result.files.items() if name.startswith("manifests/")
    ]
    return [body for kind in PATHS for body in every if body["kind"] == kind]


def meetings(runs: Sequence[tuple[object, int, int]]) -> list[set[int]]:
    """Return which runs go on in each minute of a week at which one begins."""
    week = 7 * 1440
    return [
        {
            index
            for index, (_, first, last) in enumerate(runs)
            if any(first - w <= moment <= last - w for w in (0, week))
        }
        for _, moment, _ in runs
    ]


def left_over(
    plane: ControlPlane, namespace: str, emitted: list[Object], meeting: list[set[int]]
) -> list[str]:
    """Apply a platform, and return pods that find no node at one of its moments."""
    for body in emitted:
        plane.apply(PATHS[body["kind"]].format(namespace), body)
    standing = sum(
        body["spec"].get("replicas", 0) for body in emitted if body["kind"] == "Deployment"
    )
    jobs = PATHS["Job"].format(namespace)
    cron_jobs = {body["metadata"]["name"]: body for body in emitted if body["kind"] == "CronJob"}
    names = sorted(cron_jobs)
    left = unscheduled(plane, namespace, standing)
    for together in meeting:
        if left:
            break
        for index in together:
            template = cron_jobs[names[index]]["spec"]["jobTemplate"]
            metadata = {"generateName": f"{names[index]}-"}
            plane.create(jobs, {**template, "metadata": metadata})
        left = unscheduled(plane, namespace, standing + len(together))
        plane.ask("DELETE", f"{jobs}?propagationPolicy=Background")
        wait(
            lambda: len(plane.list(PATHS["Pod"].format(namespace))) == standing, 60,
            lambda: plane.list(PATHS["Pod"].format(namespace)),
        )  # fmt: skip
    return left


def unscheduled(plane: ControlPlane, namespace: str, expected: int) -> list[str]:
    """Wait until the scheduler has tried all pods, and return those that stay without a node."""
    path = PATHS["Pod"].format(namespace)
    since = time.monotonic()
    left: list[str] | None = None

    def tried() -> bool:
        nonlocal left, since
        pods = plane.list(path)
        names = [pod["metadata"]["name"] for pod in pods if "nodeName" not in pod["spec"]]
        if names != left:
            left, since = names, time.monotonic()
        # A pod whose first try came too early is tried again after a second.
        return len(pods) == expected and (not left or time.monotonic() - since > 2)

    wait(tried, 60, lambda: (expected, plane.list("/api/v1/events")))
    return left or []


def clear(plane: ControlPlane, namespace: str) -> None:
    """Take away what a platform and its nodes were."""
    for kind in ("Deployment", "CronJob", "Job", "ReplicaSet"):
        plane.delete_all(PATHS[kind].format(namespace))
    plane.delete_all("/api/v1/nodes")

    def gone() -> bool:
        for each in (namespace, "kube-system"):
            plane.delete_all(PATHS["Pod"].format(each))
        return not plane.list("/api/v1/pods") and not plane.list("/api/v1/nodes")

    wait(gone, 60, lambda: plane.list("/api/v1/pods"))
