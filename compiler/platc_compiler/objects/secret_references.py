"""The Secrets that Kubernetes objects name, by the fields of the API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from platc_compiler.diagnostics import Origin
from platc_spec.platform import Patch

_NAMED = frozenset({"secretRef", "secretKeyRef", "imagePullSecrets", "secrets", "secret"})
"""Fields that name a Secret under ``name``: one object, or a list of them.

``secrets`` belongs to ServiceAccount, ``secret`` to a projected volume, whose ``items`` name the
keys.
"""


class SecretName(Struct, frozen=True):
    """A Secret that an object names."""

    secret: str
    key: str | None = None
    """The one key that is read; ``None`` for all keys."""
    optional: bool = False
    """Whether the pod also starts without it."""


def secret_names(part: object) -> Iterator[SecretName]:
    """Yield every Secret that an object, or a part of one, names.

    Source of the fields: EnvVarSource, EnvFromSource, SecretVolumeSource, SecretProjection,
    LocalObjectReference and IngressTLS in ``k8s.io/api`` (core/v1, networking/v1).
    """
    rest: list[object] = [part]
    while rest:
        value = rest.pop()
        if isinstance(value, Mapping):
            name = value.get("secretName")
            if isinstance(name, str):
                yield from _keys(name, value)
            for field in _NAMED & value.keys():
                yield from _named(value[field])
            rest.extend(value.values())
        elif isinstance(value, list):
            rest.extend(value)


class PatchedName(Struct, frozen=True):
    """A Secret that a patch names."""

    name: SecretName
    path: Origin
    """Where in the patch."""


def patched_secret_names(patch: Patch) -> Iterator[PatchedName]:
    """Yield every Secret that the values of a patch name."""
    for name in secret_names(patch.merge):
        yield PatchedName(name, ("merge",))
    for index, operation in enumerate(patch.json_):
        if operation.op not in {"add", "replace"}:
            continue
        written: object = operation.value
        # The fields around the value in the object give its meaning.
        for step in reversed(operation.path.split("/")):
            written = [written] if step == "-" or step.isdecimal() else {step: written}
        for name in secret_names(written):
            yield PatchedName(name, ("json", index, "value"))


def _named(value: object) -> Iterator[SecretName]:
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, Mapping) and isinstance(each.get("name"), str):
            yield from _keys(each["name"], each)


def _keys(name: str, source: Mapping[str, Any]) -> Iterator[SecretName]:
    key, items = source.get("key"), source.get("items")
    optional = source.get("optional") is True
    if isinstance(key, str):
        yield SecretName(name, key, optional)
    elif isinstance(items, list) and items:
        for item in items:
            if isinstance(item, Mapping) and isinstance(item.get("key"), str):
                yield SecretName(name, item["key"], optional)
    else:
        yield SecretName(name, optional=optional)
