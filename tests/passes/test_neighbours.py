"""A placement of a server is one of its replicas too."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from platc_compiler.pipeline import Result, compile_platform
from platc_compiler.source.emit import yaml_text
from platc_compiler.source.source import Source

ZONE = "topology.kubernetes.io/zone"


def _compiled(zones: int) -> Result:
    """Return a server whose pods must be in different zones, with two replicas."""
    amounts = {"memory": "512Mi", "cpu": "250m"}
    resources = {"requests": amounts, "limits": amounts}
    spec = {
        "platform": "shop", "version": 1, "namespaces": {"shop": None},
        "secrets": {"pg": {"keys": ["root", "copy"]}},
        "cluster": {
            "distribution": "eks",
            "nodes": {
                f"n{number}": {"memory": "8Gi", "cpu": 4, "labels": {ZONE: f"z{number}"}}
                for number in range(zones)
            }
        },
        "services": {
            "db": {
                "kind": "postgres", "storage": "5Gi", "superuser_password": "pg/root",
                "resources": resources,
                "replicas": {"count": 2, "password": "pg/copy", "resources": resources},
                "placement": [{"apart": "db", "by": "zone", "required": True}],
            },
        },
    }  # fmt: skip
    return compile_platform(Source(yaml_text(spec)))


def _terms(result: Result, name: str) -> list[dict[str, Any]]:
    (path,) = (each for each in result.files if each.endswith(f"/statefulset-{name}.yaml"))
    pod = yaml.safe_load(result.files[path])["spec"]["template"]["spec"]
    found: list[dict[str, Any]] = pod["affinity"]["podAntiAffinity"][
        "requiredDuringSchedulingIgnoredDuringExecution"
    ]
    return found


@pytest.mark.parametrize("name", ["db", "db-replica"])
def test_the_own_name_stands_for_the_server_and_its_replicas(name: str) -> None:
    result = _compiled(3)
    assert not result.failed
    terms = _terms(result, name)
    assert {each["topologyKey"] for each in terms} == {ZONE}
    components = {
        each["labelSelector"]["matchLabels"]["app.kubernetes.io/component"] for each in terms
    }
    assert components == {"main", "replica"}


def test_three_pods_that_avoid_each_other_find_no_node_in_two_zones() -> None:
    refused = _compiled(2).diagnostics
    assert "PLT205" in {each.code for each in refused}
