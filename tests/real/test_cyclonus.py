"""Our policies, judged by cyclonus v0.5.6, an evaluator that somebody else wrote."""

from __future__ import annotations

import json
import random
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from platc_compiler.network.evaluate import Evaluation
from platc_compiler.network.pods import Pod
from platc_compiler.network.universe import universe
from platc_compiler.pipeline import compile_platform
from platc_compiler.source.source import Source
from tests.tools import ROOT, tool

pytestmark = pytest.mark.e2e

PLATFORMS = (ROOT / "platform.yaml", ROOT / "examples" / "three-nodes" / "platform.yaml")
FURTHER = 400
"""Packets between any two pods, beside one for each pair that is allowed something."""


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda path: path.parent.name)
def test_cyclonus_lets_the_same_packets_pass(platform: Path, tmp_path: Path) -> None:
    result = compile_platform(Source(platform.read_text(encoding="utf-8")))
    assert result.platform is not None
    written = [
        yaml.safe_load(text) for path, text in result.files.items() if path.startswith("manifests/")
    ]
    policies = [body for body in written if body["kind"] == "NetworkPolicy"]
    pods = [
        source.pod
        for source in universe(written, result.platform).sources
        if not source.pod.host_network and not misread(source.pod, policies)
    ]
    evaluation = Evaluation(policies, pods)
    packets = chosen(evaluation, pods)
    ours = [
        any(
            protocol == stretch[0] and stretch[1] <= port <= stretch[2]
            for stretch in evaluation.reach(source, target).stretches
        )
        for source, target, protocol, port in packets
    ]
    assert any(ours)
    assert not all(ours)
    theirs = judged(policies, [packet_for(pods, *packet) for packet in packets], tmp_path)
    differing = [p for p, a, b in zip(packets, ours, theirs, strict=True) if a != b]
    assert differing == []


def misread(pod: Pod, policies: list[dict[str, Any]]) -> bool:
    """Return whether cyclonus misreads a policy's selector for a pod.

    It takes ``NotIn`` for false where a pod does not have the label. Kubernetes takes it for true
    (k8s.io/apimachinery, pkg/labels/selector.go, ``Requirement.Matches``).
    """
    expressions = [
        expression
        for policy in policies
        if policy["metadata"]["namespace"] == pod.namespace
        for expression in policy["spec"]["podSelector"].get("matchExpressions", ())
    ]
    return any(e["operator"] == "NotIn" and e["key"] not in pod.labels for e in expressions)


def chosen(evaluation: Evaluation, pods: list[Pod]) -> list[tuple[int, int, str, int]]:
    """Return packets: to a port of each allowed pair and that beside it, and others at random."""
    packets = []
    for found in evaluation.connections():
        protocol, first, last = found.ports.stretches[0]
        packets += [
            (found.source, found.target, protocol, max(1, first)),
            (found.source, found.target, protocol, min(last + 1, 65535)),
        ]
    seeded = random.Random(1)  # noqa: S311 - a sample that is the same each time
    for _ in range(FURTHER):
        source, target = (seeded.randrange(len(pods)) for _ in range(2))
        packets.append(
            (source, target, seeded.choice(["TCP", "UDP"]), seeded.choice([53, 5432, 80]))
        )
    return packets


def packet_for(
    pods: list[Pod], source: int, target: int, protocol: str, port: int
) -> dict[str, Any]:
    return {
        "Source": peer(pods[source]),
        "Destination": peer(pods[target]),
        "Protocol": protocol,
        "ResolvedPort": port,
        "ResolvedPortName": "",
    }


def peer(pod: Pod) -> dict[str, Any]:
    return {
        "Internal": {
            "PodLabels": dict(pod.labels),
            "NamespaceLabels": {"kubernetes.io/metadata.name": pod.namespace},
            "Namespace": pod.namespace,
        },
        # In no network of ours: whether an ipBlock matches a pod is left open by the API.
        "IP": "169.254.0.1",
    }


def judged(
    policies: list[dict[str, Any]], packets: list[dict[str, Any]], folder: Path
) -> list[bool]:
    """Return cyclonus' verdict on each packet; of a file it reads the first object only."""
    written = folder / "policies"
    written.mkdir()
    for number, policy in enumerate(policies):
        (written / f"{number}.yaml").write_text(yaml.safe_dump(policy), encoding="utf-8")
    traffic = folder / "traffic.json"
    traffic.write_text(json.dumps(packets), encoding="utf-8")
    arguments = ("analyze", "--mode", "query-traffic", "--policy-path", str(written))
    run = subprocess.run(
        [tool("cyclonus"), *arguments, "--traffic-path", str(traffic)],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return [
        verdict == "TRUE" for verdict in re.findall(r"IS ALLOWED\?\s*\|\s*(TRUE|FALSE)", run.stdout)
    ]
