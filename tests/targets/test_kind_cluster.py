from __future__ import annotations

from typing import Any

import pytest
import yaml

from platc_compiler.pipeline import compile_platform
from platc_compiler.source.source import Source

PLATFORM = """
platform: shop
version: 1
cluster: {{ distribution: kind, kubernetes: "1.36", nodes: {nodes} }}
namespaces: {{ shop: {{}} }}
services: {{ web: {{ kind: workload, image: "example/web:1.0", ports: {{ http: 80 }} }} }}
"""


STATED = "{ main: { memory: 8Gi, cpu: 4 } }, api_server: { cidrs: [CIDRS] }"


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


@pytest.mark.parametrize(
    ("cidrs", "services", "pods"),
    [
        ("10.96.0.1/32, 172.16.0.0/12", "10.96.0.0/16", "10.244.0.0/16"),
        ("10.43.0.1/32", "10.43.0.0/16", "10.244.0.0/16"),
        ("10.244.0.1/32", "10.244.0.0/16", "10.245.0.0/16"),
        ("172.18.0.2/32", "10.96.0.0/16", "10.244.0.0/16"),
        ("10.0.0.0/8", "10.96.0.0/16", "10.244.0.0/16"),
    ],
)
def test_the_subnets_are_those_that_the_policies_assume(
    cidrs: str, services: str, pods: str
) -> None:
    _, cluster = _cluster(STATED.replace("CIDRS", cidrs))
    assert cluster["networking"] == {"serviceSubnet": services, "podSubnet": pods}


def test_without_addresses_the_subnets_are_kinds_own() -> None:
    text, cluster = _cluster("{ main: { memory: 8Gi, cpu: 4 } }")
    assert cluster["networking"] == {"serviceSubnet": "10.96.0.0/16", "podSubnet": "10.244.0.0/16"}
    assert "DOCKER_NETWORK" not in text


def test_it_tells_how_the_nodes_get_the_addresses_that_are_stated() -> None:
    text, _ = _cluster("{ main: { memory: 8Gi, cpu: 4 } }, node_cidrs: [172.16.0.0/12]")
    assert "# docker network create --subnet 172.16.0.0/24 kind-nodes\n" in text
    assert "# KIND_EXPERIMENTAL_DOCKER_NETWORK=kind-nodes kind create cluster" in text
