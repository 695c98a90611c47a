"""How the pods of monitoring are asked for their state, and what they see of their node."""

from __future__ import annotations

from typing import Any

import yaml

from platc_compiler.diagnostics import rendering as render
from platc_compiler.pipeline import compile_platform
from platc_compiler.source.source import Source
from tests.tools import ROOT

TEXT = (ROOT / "tests/real/platforms/observability.yaml").read_text(encoding="utf-8")


def container(file: str) -> dict[str, Any]:
    result = compile_platform(Source(TEXT))
    assert not result.failed, render.as_text(result.diagnostics)
    text = result.files[f"manifests/50-workloads/{file}.yaml"]
    found: dict[str, Any] = yaml.safe_load(text)["spec"]["template"]["spec"]["containers"][0]
    return found


def test_a_database_that_fails_makes_grafana_unready_and_does_not_restart_it() -> None:
    grafana = container("monitoring/deployment-grafana")
    assert grafana["readinessProbe"]["httpGet"]["path"] == "/api/health"
    assert grafana["livenessProbe"]["tcpSocket"] == {"port": 3000}


def test_the_node_exporter_is_restarted_only_when_it_takes_no_connections() -> None:
    exporter = container("node-agents/daemonset-node-exporter")
    assert exporter["readinessProbe"]["httpGet"]["path"] == "/"
    assert exporter["livenessProbe"]["tcpSocket"] == {"port": 9100}


def test_the_node_exporter_sees_disks_that_are_mounted_after_its_start() -> None:
    mounts = {
        m["name"]: m for m in container("node-agents/daemonset-node-exporter")["volumeMounts"]
    }
    assert mounts["root"] == {
        "name": "root", "mountPath": "/host/root", "readOnly": True,
        "mountPropagation": "HostToContainer",
    }  # fmt: skip
