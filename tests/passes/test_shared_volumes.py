"""Pods that share a volume of one node count together against that node."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from platc_compiler.pipeline import Result, compile_platform
from platc_compiler.source.emit import yaml_text
from platc_compiler.source.source import Source

_VOLUME = {"mount": "/data", "size": "1Gi"}


def _platform(memory: int, nodes: int = 2, **volume: str) -> dict[str, Any]:
    """Return a platform of two pods that share a volume, each with so much memory, in MiB."""
    amounts = {"memory": f"{memory}Mi", "cpu": "100m"}
    common = {
        "kind": "workload", "image": "example.com/web:1.0",
        "resources": {"requests": amounts, "limits": amounts},
    }  # fmt: skip
    shared = {"mount": "/data", "shared": {"of": "web/data", "writable": True}}
    return {
        "platform": "shared", "version": 1, "namespaces": {"a": None},
        "cluster": {
            "nodes": {"n": {"count": nodes, "memory": "8Gi", "cpu": 4}},
            "distribution": "eks", "shared_storage_classes": ["nfs"],
        },
        "services": {
            "web": {**common, "volumes": {"data": _VOLUME | volume}},
            "reader": {**common, "volumes": {"data": shared}},
        },
    }  # fmt: skip


def _compiled(spec: dict[str, Any]) -> Result:
    return compile_platform(Source(yaml_text(spec)))


def test_two_pods_that_fill_a_node_each_cannot_share_its_volume() -> None:
    assert not _compiled(_platform(2500)).failed
    refused = [d.code for d in _compiled(_platform(5000)).diagnostics if d.severity == "error"]
    assert refused == ["PLT205"]


def test_a_volume_of_many_nodes_binds_nobody() -> None:
    result = _compiled(_platform(5000, storage_class="nfs", access="ReadWriteMany"))
    assert not result.failed
    assert "podAffinity" not in result.files["manifests/50-workloads/a/deployment-web.yaml"]


@pytest.mark.parametrize("nodes", [1, 2])
def test_the_pods_follow_each_other_where_there_are_several_nodes(nodes: int) -> None:
    files = _compiled(_platform(1000, nodes)).files
    for name in ("web", "reader"):
        pod = yaml.safe_load(files[f"manifests/50-workloads/a/deployment-{name}.yaml"])
        affinity = pod["spec"]["template"]["spec"].get("affinity", {})
        assert ("podAffinity" in affinity) is (nodes > 1)


@pytest.mark.parametrize("nodes", [1, 2])
def test_no_disruption_budget_keeps_pods_without_which_no_other_finds_a_node(nodes: int) -> None:
    spec = _platform(500, nodes)
    spec["services"]["reader"]["replicas"] = 2
    files = _compiled(spec).files
    kept = [name for name in files if "poddisruptionbudget" in name]
    assert len(kept) == (1 if nodes == 1 else 0)


def test_the_volume_has_one_claim_and_is_backed_up_once() -> None:
    files = _compiled(_platform(1000)).files
    assert sum("persistentvolumeclaim" in name for name in files) == 1
