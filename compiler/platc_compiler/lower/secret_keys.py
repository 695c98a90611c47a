"""Keys of secrets as pods take them: as files, or as environment variables.

A variable may also be a field of the pod (Kubernetes: ``fieldRef``).
"""

from __future__ import annotations

from collections.abc import Mapping

from platc_compiler.diagnostics import Origin
from platc_compiler.ir.pods import Env, FieldRef, SecretKey
from platc_spec.secret_references import parse_reference, variable_reference

FIELDS = {
    "node.ip": "status.hostIP",
    "node.name": "spec.nodeName",
    "pod.ip": "status.podIP",
    "pod.name": "metadata.name",
    "pod.namespace": "metadata.namespace",
    "pod.service_account": "spec.serviceAccountName",
    "pod.uid": "metadata.uid",
}
"""The fields of a pod that ``${…}`` names as a whole value of ``env``, by their names here.

Source: ``validEnvDownwardAPIFieldPathExpressions`` in pkg/apis/core/validation/validation.go.
"""


def pod_field(text: str) -> FieldRef | None:
    """Return the field that a whole ``${pod.ip}`` and the like names, ``None`` for other texts."""
    path = FIELDS.get(text[2:-1]) if text.startswith("${") and text.endswith("}") else None
    return FieldRef(path) if path else None


def secret_key(reference: str, place: Origin) -> SecretKey:
    """Return the key that ``secret/key`` names; ``place`` is the path of the reference."""
    return SecretKey(*parse_reference(reference), place)


def environment_variables(stated: Mapping[str, str], place: Origin) -> tuple[Env, ...]:
    """Return environment variables; ``${secret/key}`` becomes a key, ``${pod.ip}`` a field."""
    return tuple(Env(name, _value(text, (*place, name))) for name, text in stated.items())


def _value(text: str, place: Origin) -> str | SecretKey | FieldRef:
    reference = variable_reference(text)
    return SecretKey(*reference, place) if reference else pod_field(text) or text
