from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter

from platc_compiler.objects.manifest import Manifest
from platc_compiler.objects.patches import apply
from platc_spec.platform import Patch

PATCHES = TypeAdapter(tuple[Patch, ...])


def manifest(kind: str, name: str, namespace: str | None = "shop", **spec: Any) -> Manifest:  # noqa: ANN401
    metadata = {"name": name} | ({"namespace": namespace} if namespace else {})
    return Manifest(
        "50-workloads", {"kind": kind, "metadata": metadata, "spec": spec}, ("services",)
    )


OBJECTS = (
    manifest("Deployment", "web", replicas=1, paused=False),
    manifest("Deployment", "web", "jobs", replicas=1),
    manifest("Service", "web", ports=[{"port": 80}]),
    manifest("Namespace", "shop", None),
)


def patched(*patches: dict[str, Any]) -> tuple[list[Manifest], list[tuple[str, str, str]]]:
    objects, found = apply(OBJECTS, PATCHES.validate_python(patches))
    return objects, [(d.code, ".".join(map(str, d.path)), f"{d.message} | {d.hint}") for d in found]


def test_without_patches_everything_stays() -> None:
    assert patched() == (list(OBJECTS), [])


def test_a_merge_patch_adds_changes_and_removes() -> None:
    target = {"kind": "Deployment", "name": "web", "namespace": "shop"}
    objects, found = patched({"target": target, "merge": {"spec": {"replicas": 2, "paused": None}}})
    assert found == []
    assert objects[0].body["spec"] == {"replicas": 2}
    assert objects[1:] == list(OBJECTS[1:])
    assert OBJECTS[0].body["spec"] == {"replicas": 1, "paused": False}


def test_a_target_without_a_namespace_means_every_namespace() -> None:
    target = {"kind": "Deployment", "name": "web"}
    objects, _ = patched({"target": target, "merge": {"spec": {"replicas": 3}}})
    assert [each.body["spec"]["replicas"] for each in objects[:2]] == [3, 3]


def test_an_object_without_a_namespace_can_be_patched() -> None:
    target = {"kind": "Namespace", "name": "shop"}
    objects, found = patched({"target": target, "merge": {"metadata": {"labels": {"a": "b"}}}})
    assert found == []
    assert objects[3].body["metadata"]["labels"] == {"a": "b"}


def test_a_json_patch_comes_after_the_merge_of_the_same_patch() -> None:
    objects, found = patched(
        {
            "target": {"kind": "Service", "name": "web"},
            "merge": {"spec": {"ports": [{"port": 80}, {"port": 81}]}},
            "json": [{"op": "replace", "path": "/spec/ports/1/port", "value": 82}],
        }
    )
    assert found == []
    assert objects[2].body["spec"]["ports"] == [{"port": 80}, {"port": 82}]


def test_patches_are_applied_in_their_order() -> None:
    target = {"kind": "Service", "name": "web"}
    objects, _ = patched(
        {"target": target, "merge": {"spec": {"type": "NodePort"}}},
        {"target": target, "json": [{"op": "test", "path": "/spec/type", "value": "NodePort"}]},
        {"target": target, "merge": {"spec": {"type": "ClusterIP"}}},
    )
    assert objects[2].body["spec"]["type"] == "ClusterIP"


@pytest.mark.parametrize(
    ("target", "place", "said"),
    [
        ({"kind": "Deploymnt", "name": "web"}, "kind", "did you mean 'Deployment'?"),
        ({"kind": "Deployment", "name": "wep"}, "name", "did you mean 'web'?"),
        (
            {"kind": "Deployment", "name": "web", "namespace": "shp"},
            "namespace",
            "did you mean 'shop'?",
        ),
        ({"kind": "Gateway", "name": "x"}, "kind", "generated are Deployment, Namespace, Service"),
    ],
)
def test_a_patch_that_matches_nothing_says_which_part_of_its_target_is_wrong(
    target: dict[str, str], place: str, said: str
) -> None:
    _, found = patched({"target": target, "merge": {}})
    assert [(code, path) for code, path, _ in found] == [("PLT704", f"patches.0.target.{place}")]
    assert said in found[0][2]


def test_a_failing_operation_is_told_at_its_place_and_leaves_the_object() -> None:
    operations = [{"op": "add", "path": "/a", "value": 1}, {"op": "remove", "path": "/b"}]
    objects, found = patched({"target": {"kind": "Service", "name": "web"}, "json": operations})
    assert [(code, path) for code, path, _ in found] == [("PLT705", "patches.0.json.1")]
    assert objects == list(OBJECTS)


def test_a_patch_that_changes_nothing_is_a_fault() -> None:
    _, found = patched({"target": {"kind": "Service", "name": "web"}})
    assert [(code, path) for code, path, _ in found] == [("PLT705", "patches.0")]


@pytest.mark.parametrize(
    "patch",
    [
        {"merge": {"metadata": {"name": "other"}}},
        {"merge": {"metadata": {"namespace": None}}},
        {"merge": {"kind": "StatefulSet"}},
        {"merge": {"metadata": None}},
        {"json": [{"op": "replace", "path": "", "value": []}]},
        {"json": [{"op": "remove", "path": "/metadata"}]},
    ],
)
def test_an_object_keeps_what_others_know_it_by(patch: dict[str, Any]) -> None:
    _, found = patched({"target": {"kind": "Service", "name": "web"}, **patch})
    assert [code for code, *_ in found] == ["PLT705"]
    assert "is called" in found[0][2]


def test_null_is_a_value_and_no_value_is_a_fault() -> None:
    target = {"kind": "Service", "name": "web"}
    objects, found = patched(
        {"target": target, "json": [{"op": "add", "path": "/a", "value": None}]}
    )
    assert (found, objects[2].body["a"]) == ([], None)
    _, found = patched({"target": target, "json": [{"op": "add", "path": "/a"}]})
    assert "needs a value" in found[0][2]
