from __future__ import annotations

from typing import Any

import yaml

from platc_compiler.pipeline import Source, compile_platform

PLATFORM = """
platform: shop
version: 1
cluster: {{ distribution: kind, kubernetes: "1.36", nodes: {nodes} }}
namespaces: {{ shop: {{}} }}
services: {{ web: {{ kind: workload, image: "example/web:1.0", ports: {{ http: 80 }} }} }}
"""


def _cluster(nodes: str) -> tuple[str, dict[str, Any]]:
    result = compile_platform(Source(PLATFORM.format(nodes=nodes)))
    text = result.files["kind/cluster.yaml"]
    return text, yaml.safe_load(text)


def test_one_node_bears_everything() -> None:
    text, cluster = _cluster("{ main: { memory: 8Gi, cpu: 4 } }")
    assert cluster["apiVersion"] == "kind.x-k8s.io/v1alpha4"
    assert cluster["name"] == "shop"
    assert cluster["nodes"] == [{"role": "control-plane", "image": "kindest/node:v1.36.4"}]
    assert "kubeadmConfigPatches" not in cluster
    assert "Give Docker 8.00 GiB of memory and 4 CPUs" in text


def test_the_control_plane_stands_on_the_first_node_or_where_it_is_said() -> None:
    _, cluster = _cluster("{ a: { count: 2, memory: 4Gi, cpu: 2 }, b: { memory: 4Gi, cpu: 2 } }")
    assert [n["role"] for n in cluster["nodes"]] == ["control-plane", "worker", "worker"]
    _, cluster = _cluster(
        "{ a: { count: 2, memory: 4Gi, cpu: 2, labels: { disk: fast } },"
        " b: { memory: 4Gi, cpu: 2, control_plane: true } }"
    )
    assert [n["role"] for n in cluster["nodes"]] == ["worker", "worker", "control-plane"]
    assert cluster["nodes"][0]["labels"] == {"disk": "fast"}


def test_the_kubelets_keep_back_what_the_budget_leaves_out() -> None:
    _, cluster = _cluster(
        "{ main: { memory: 8Gi, cpu: 4, pods: 60, reserved: { memory: 512Mi, cpu: 200m } } }"
    )
    (patch,) = (yaml.safe_load(text) for text in cluster["kubeadmConfigPatches"])
    assert patch == {
        "kind": "KubeletConfiguration",
        "maxPods": 60,
        "systemReserved": {"memory": "512Mi", "cpu": "200m"},
    }
