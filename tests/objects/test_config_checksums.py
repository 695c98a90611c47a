from __future__ import annotations

from typing import Any

import pytest
import yaml

from platc_compiler.objects.config_checksums import ANNOTATION
from platc_compiler.pipeline import compile_platform
from platc_compiler.source.source import Source

TEXT = """
platform: shop
version: 1
cluster: { nodes: { main: { memory: 32Gi, cpu: 16 } } }
namespaces: { airflow: {}, monitoring: {} }
secrets:
  keys:
    namespace: airflow
    keys: [fernet, session, jwt, superuser, airflow]
    generate: { fernet: fernet }
  grafana: { namespace: monitoring, keys: [admin] }
services:
  airflow:
    kind: airflow
    namespace: airflow
    version: 3.3.2
    database: postgres/airflow
    keys: { fernet: keys/fernet, session: keys/session, jwt: keys/jwt }
  postgres:
    kind: postgres
    namespace: airflow
    storage: 1Gi
    superuser_password: keys/superuser
    databases: { airflow: { owner: airflow } }
    roles: { airflow: { password: keys/airflow } }
  prometheus: { kind: prometheus, namespace: monitoring }
  grafana:
    kind: grafana
    namespace: monitoring
    admin: { password: grafana/admin }
    depends_on: [prometheus]
"""


def annotated(*patches: dict[str, Any]) -> dict[str, str]:
    """Return the checksum by object, of those that have one because of patches."""
    text = f"{TEXT}\npatches: {yaml.safe_dump(list(patches), default_flow_style=True)}"
    result = compile_platform(Source(text))
    assert not result.failed, result.diagnostics
    objects = [yaml.safe_load(t) for p, t in result.files.items() if p.startswith("manifests/")]
    return {
        f"{each['kind']}/{each['metadata']['name']}": checksum
        for each in objects
        for checksum in [
            ((each.get("spec") or {}).get("template") or {})
            .get("metadata", {}).get("annotations", {}).get(ANNOTATION)
        ] if checksum
    }  # fmt: skip


def patch(name: str, namespace: str, **data: str) -> dict[str, Any]:
    target = {"kind": "ConfigMap", "name": name, "namespace": namespace}
    return {"target": target, "merge": {"data": data}}


GRAFANA = patch("grafana-config", "monitoring", **{"grafana.ini": "[server]\nroot_url = /\n"})


def test_a_patched_configuration_rolls_the_pods_that_read_it_and_no_others() -> None:
    assert annotated(GRAFANA).keys() == {"Deployment/grafana"}


def test_another_text_is_another_checksum() -> None:
    other = patch("grafana-config", "monitoring", **{"grafana.ini": "[server]\n"})
    assert annotated(GRAFANA) == annotated(GRAFANA)
    assert annotated(GRAFANA) != annotated(other)


def test_pods_that_read_changes_by_themselves_are_left_alone() -> None:
    assert annotated(patch("airflow-pod-template", "airflow", more="x")) == {}


@pytest.mark.parametrize("metadata", ["x", ["a"], 5, {"annotations": "x"}, {"annotations": [1]}])
def test_a_pod_that_is_patched_to_what_is_none_is_left_to_the_checks(metadata: object) -> None:
    target = {"kind": "Deployment", "name": "grafana", "namespace": "monitoring"}
    pods = {"target": target, "merge": {"spec": {"template": {"metadata": metadata}}}}
    text = f"{TEXT}\npatches: {yaml.safe_dump([GRAFANA, pods], default_flow_style=True)}"
    found = compile_platform(Source(text)).diagnostics
    assert "PLT701" in {diagnostic.code for diagnostic in found}


@pytest.mark.parametrize(
    "merge", [{"metadata": {"labels": {"team": "data"}}}, {"data": {}}], ids=["label", "nothing"]
)
def test_a_patch_beside_the_content_rolls_nothing(merge: dict[str, Any]) -> None:
    assert annotated({"target": GRAFANA["target"], "merge": merge}) == {}
