"""CustomResourceDefinitions of the kinds whose schemas platc holds."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from platc_compiler.admission.pack import FOLDER
from tests.real.control_plane import ControlPlane, wait

_LARGEST = 2**63 - 1
_PATH = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"


def define_custom_resources(plane: ControlPlane, objects: Iterable[dict[str, Any]]) -> None:
    """Let an API server know the kinds of those objects whose schemas are embedded."""
    kinds: dict[str, dict[str, Any]] = {}
    for file in FOLDER.glob("custom*.json"):
        part = json.loads(file.read_text(encoding="utf-8"))
        kinds |= {kind: part["definitions"][name] for kind, name in part["kinds"].items()}
    wanted = {f"{body['apiVersion']}/{body['kind']}" for body in objects}
    for kind in sorted(wanted & kinds.keys()):
        plane.apply(_PATH, _definition(kind, kinds[kind]))
    wait(lambda: all(map(_established, plane.list(_PATH))), 60, lambda: plane.list(_PATH))


def _established(definition: dict[str, Any]) -> bool:
    conditions = definition["status"].get("conditions") or ()
    return any(c["type"] == "Established" and c["status"] == "True" for c in conditions)


def _definition(kind: str, schema: dict[str, Any]) -> dict[str, Any]:
    group, version, name = kind.split("/")
    parts = {
        key: _structural(value)
        for key, value in schema["properties"].items()
        if key not in {"apiVersion", "kind", "metadata"}
    }
    whole = {"type": "object", "properties": parts, "required": schema.get("required", [])}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{name.lower()}s.{group}"},
        "spec": {
            "group": group,
            "scope": "Namespaced",
            "names": {"kind": name, "plural": f"{name.lower()}s", "singular": name.lower()},
            "versions": [
                {
                    "name": version, "served": True, "storage": True,
                    "schema": {"openAPIV3Schema": whole},
                }
            ],
        },
    }  # fmt: skip


def _structural(schema: Any) -> Any:  # noqa: ANN401 - of any shape
    """Return a JSON Schema in the form that a CustomResourceDefinition must have.

    There, null is a property of its own, and what is not listed is unknown without a word.
    """
    if isinstance(schema, list):
        return [_structural(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    found = {
        key: {name: _structural(each) for name, each in value.items()}
        if key == "properties"
        else _structural(value)
        for key, value in schema.items()
        if not (key == "additionalProperties" and value is False)
    }
    if isinstance(found.get("type"), list):
        kinds = [kind for kind in found["type"] if kind != "null"]
        if len(kinds) < len(found["type"]):
            found["nullable"] = True
        if set(kinds) == {"integer", "string"}:
            del found["type"]
            found["x-kubernetes-int-or-string"] = True
        else:
            (found["type"],) = kinds
    if found.get("maximum") == _LARGEST:
        # There, the range is a property of its own too.
        del found["minimum"], found["maximum"]
        found["format"] = "int64"
    open_object = "additionalProperties" not in schema and found.get("type") == "object"
    if open_object:
        found["x-kubernetes-preserve-unknown-fields"] = True
    return found
