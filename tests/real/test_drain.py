"""A node is drained on which pods share a disk, by kubectl and the real scheduler."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from platc_compiler.budget.nodes import nodes
from platc_compiler.pipeline import compile_platform
from platc_compiler.source.emit import yaml_text
from platc_compiler.source.source import Source
from platc_spec.cluster import Cluster
from tests.real.control_plane import ControlPlane, control_plane, wait
from tests.real.fake_nodes import add_nodes

pytestmark = pytest.mark.e2e

PODS = "/api/v1/namespaces/a/pods"
PATHS = {
    "ServiceAccount": "/api/v1/namespaces/a/serviceaccounts",
    "PodDisruptionBudget": "/apis/policy/v1/namespaces/a/poddisruptionbudgets",
    "Deployment": "/apis/apps/v1/namespaces/a/deployments",
}
AMOUNTS = {"memory": "64Mi", "cpu": "50m"}
WORKLOAD = {
    "kind": "workload", "image": "example.com/web:1.0",
    "resources": {"requests": AMOUNTS, "limits": AMOUNTS},
}  # fmt: skip
SHARED = {"mount": "/data", "shared": {"of": "web/data"}}
PLATFORM = {
    "platform": "shared", "version": 1, "namespaces": {"a": None},
    "cluster": {
        "nodes": {"n": {"count": 2, "memory": "8Gi", "cpu": 4}}, "distribution": "eks",
    },
    "services": {
        "web": {**WORKLOAD, "volumes": {"data": {"mount": "/data", "size": "1Gi"}}},
        "reader": {**WORKLOAD, "replicas": 2, "volumes": {"data": SHARED}},
    },
}  # fmt: skip


@pytest.fixture
def plane() -> Iterator[ControlPlane]:
    with control_plane({"pod-ready": (100, 200), "pod-delete": (100, 200)}) as running:
        yield running


def test_a_drain_ends_where_pods_share_a_disk(plane: ControlPlane) -> None:
    """The next pods start elsewhere only after all have left: with one kept, none would."""
    add_nodes(plane, nodes(Cluster.model_validate(PLATFORM["cluster"])))
    plane.create("/api/v1/namespaces", {"metadata": {"name": "a"}})
    for body in _objects():
        plane.apply(PATHS[body["kind"]], body)
    wait(lambda: len(_ready(plane)) == 3, 60, lambda: plane.list(PODS))
    (node,) = set(_ready(plane))
    drained = plane.kubectl(
        "drain", node, "--ignore-daemonsets", "--delete-emptydir-data", "--force",
        "--pod-selector=app.kubernetes.io/instance", "--timeout=30s",
    )  # fmt: skip
    assert drained.returncode == 0, drained.stderr
    assert _ready(plane) == []


def _objects() -> list[dict[str, Any]]:
    """Return what decides where the pods stand; nothing here can attach a disk."""
    files = compile_platform(Source(yaml_text(PLATFORM))).files
    every = [yaml.safe_load(text) for name, text in files.items() if name.endswith(".yaml")]
    found = [each for each in every if isinstance(each, dict) and each.get("kind") in PATHS]
    for body in found:
        if body["kind"] == "Deployment":
            for volume in body["spec"]["template"]["spec"].get("volumes", ()):
                if volume.pop("persistentVolumeClaim", None):
                    volume["emptyDir"] = {}
    return sorted(found, key=lambda each: list(PATHS).index(each["kind"]))


def _ready(plane: ControlPlane) -> list[str]:
    """Return the nodes of the pods that are ready and stay, one for each pod."""
    return [
        pod["spec"]["nodeName"]
        for pod in plane.list(PODS)
        if "deletionTimestamp" not in pod["metadata"]
        and any(
            each["type"] == "Ready" and each["status"] == "True"
            for each in pod.get("status", {}).get("conditions", ())
        )
    ]
