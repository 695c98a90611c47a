"""Fields that nobody can change in an object that is there."""

from __future__ import annotations

import pytest

from platc_compiler.admission.updates import fixed_changes


@pytest.mark.parametrize(
    ("kind", "before", "after", "fields"),
    [
        ("StatefulSet", {"replicas": 1}, {"replicas": 2, "updateStrategy": {}}, []),
        ("StatefulSet", {"serviceName": "a"}, {"serviceName": "b"}, ["serviceName"]),
        ("StatefulSet", {}, {"volumeClaimTemplates": [{}]}, ["volumeClaimTemplates"]),
        ("Deployment", {"selector": 1, "template": 1}, {"selector": 1, "template": 2}, []),
        ("DaemonSet", {"selector": 1}, {"selector": 2}, ["selector"]),
        (
            "Job",
            {"template": 1, "backoffLimit": 1},
            {"template": 2, "backoffLimit": 2},
            ["template"],
        ),
        ("Service", {"clusterIP": "None", "ports": 1}, {"ports": 2}, ["clusterIP"]),
        ("PersistentVolumeClaim", {"storageClassName": "a"}, {}, ["storageClassName"]),
        ("ConfigMap", {"a": 1}, {"a": 2}, []),
    ],
)
def test_a_change_of_a_fixed_field_is_named(
    kind: str, before: dict[str, object], after: dict[str, object], fields: list[str]
) -> None:
    old, new = {"kind": kind, "spec": before}, {"kind": kind, "spec": after}
    assert list(fixed_changes(old, new)) == fields
    assert list(fixed_changes(old, old)) == []


@pytest.mark.parametrize(("size", "fields"), [("4Gi", ["resources"]), ("5Gi", []), ("6Gi", [])])
def test_a_claim_may_grow_and_not_shrink(size: str, fields: list[str]) -> None:
    def claim(amount: str) -> dict[str, object]:
        requests = {"requests": {"storage": amount}}
        return {"kind": "PersistentVolumeClaim", "spec": {"resources": requests}}

    assert list(fixed_changes(claim("5Gi"), claim(size))) == fields
