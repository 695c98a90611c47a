"""Pods of an external in a namespace of the platform connect to each other where they are peers."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from platc_compiler.pipeline import compile_platform
from platc_compiler.source.emit import yaml_text
from platc_compiler.source.source import Source


def ports_between(**stated: Any) -> set[int]:  # noqa: ANN401 - keys of an external
    """Return the ports on which its pods admit each other."""
    address = {"namespace": "a", "labels": {"app": "brokers"}, "replicas": 3}
    spec = {
        "platform": "p", "version": 1, "namespaces": {"a": None},
        "cluster": {"nodes": {"n": {"memory": "8Gi", "cpu": 4}}},
        "services": {
            "brokers": {
                "kind": "external", "address": address, "ports": {"main": 9092, "gossip": 9093},
                **stated,
            },
            "web": {
                "kind": "workload", "image": "example.com/web:1.0",
                "depends_on": ["brokers:main"],
            },
        },
    }  # fmt: skip
    files = compile_platform(Source(yaml_text(spec))).files
    policy = yaml.safe_load(files["manifests/10-policies/a/networkpolicy-allow-brokers.yaml"])
    return {
        port["port"]
        for rule in policy["spec"]["ingress"]
        for port in rule["ports"]
        if {"podSelector": {"matchLabels": {"app": "brokers"}}} in rule["from"]
    }


@pytest.mark.parametrize(
    ("stated", "ports"),
    [({}, {9092, 9093}), ({"peers": ["gossip"]}, {9093}), ({"peers": []}, set())],
)
def test_they_are_peers_on_every_port_unless_it_says_on_which(
    stated: dict[str, Any], ports: set[int]
) -> None:
    assert ports_between(**stated) == ports
