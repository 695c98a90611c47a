"""The ``patches`` of platform.yaml, which change generated objects."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from msgspec.structs import replace

from platc_compiler.diagnostics import Diagnostic, Origin, error
from platc_compiler.diagnostics.did_you_mean import did_you_mean
from platc_compiler.merging import merge
from platc_compiler.objects import json_patch
from platc_compiler.objects.job_names import without_digest
from platc_compiler.objects.json_patch import Operation, PatchError, Room
from platc_compiler.objects.manifest import Manifest
from platc_spec.platform import JsonPatchOperation, Patch, Target

_FEW = 12
"""Names that a hint lists."""


def apply(
    manifests: Sequence[Manifest], patches: Sequence[Patch]
) -> tuple[list[Manifest], list[Diagnostic]]:
    """Return the objects after all patches, in order, and the faults of the patches."""
    result, found = list(manifests), []
    room = Room()
    by_name = _by_name(manifests if patches else ())
    for index, patch in enumerate(patches):
        place: Origin = ("patches", index)
        target = patch.target
        chosen = [
            i
            for i in by_name.get((target.kind, target.name), ())
            if target.namespace in {None, result[i].namespace}
        ]
        if not chosen:
            found.append(_no_match(result, patch.target, (*place, "target")))
        for i in chosen:
            try:
                result[i] = replace(result[i], body=_patched(result[i], patch, room))
            except _Failed as failed:
                found.append(error("PLT705", failed.message, (*place, *failed.below), failed.hint))
        if room.full:
            break
    return result, found


def _by_name(manifests: Iterable[Manifest]) -> dict[tuple[str, str], list[int]]:
    """Return the positions of objects by kind and name.

    A patch may name a Job without the digest at the end of its name.
    """
    found: dict[tuple[str, str], list[int]] = {}
    for position, manifest in enumerate(manifests):
        names = {manifest.name}
        if manifest.kind == "Job":
            names.add(without_digest(manifest.name))
        for name in names:
            found.setdefault((manifest.kind, name), []).append(position)
    return found


class _Failed(Exception):  # noqa: N818 - it is raised for a user's patch, not for a bug
    """A patch that cannot be applied; ``below`` is the path of the faulty part."""

    def __init__(self, message: str, below: Origin, hint: str = "") -> None:
        super().__init__(message)
        self.message, self.below, self.hint = message, below, hint


def _no_match(manifests: Sequence[Manifest], target: Target, place: Origin) -> Diagnostic:
    """Return the wrong part of the target: the first that matches no object."""
    named = f"{target.kind} '{target.name}'"
    where = f" in namespace '{target.namespace}'" if target.namespace else ""
    message = f"the patch matches nothing: no {named}{where} is generated"
    of_kind = [m for m in manifests if m.kind == target.kind]
    others = sorted({m.kind for m in manifests if m.name == target.name})
    if not of_kind:
        kinds = {m.kind for m in manifests}
        named = f"'{target.name}' is the name of: {', '.join(others)}"
        otherwise = named if others else f"generated are {', '.join(sorted(kinds))}"
        hint = did_you_mean(target.kind, kinds, otherwise)
        return error("PLT704", message, (*place, "kind"), hint)
    of_name = [m for m in of_kind if m.name == target.name]
    if not of_name:
        hint = did_you_mean(target.name, {m.name for m in of_kind}, _names(of_kind))
        return error("PLT704", message, (*place, "name"), hint)
    there = sorted({m.namespace for m in of_name if m.namespace})
    otherwise = f"it is in {' and '.join(there)}" if there else "remove it: it has no namespace"
    hint = did_you_mean(target.namespace or "", there, otherwise)
    return error("PLT704", message, (*place, "namespace"), hint)


def _names(manifests: Sequence[Manifest]) -> str:
    """Return the names of objects of a kind, or where the many of them stand."""
    names = sorted({m.name for m in manifests})
    few = len(names) <= _FEW
    return f"known: {', '.join(names)}" if few else "their names are in out/manifests"


def _patched(manifest: Manifest, patch: Patch, room: Room) -> dict[str, Any]:
    body: Any = manifest.body
    if not patch.merge and not patch.json_:
        raise _Failed("the patch changes nothing", (), "give it 'merge:' or 'json:'")
    if patch.merge is not None:
        body = merge(body, patch.merge)
        _keep_identity(manifest, body, ("merge",))
    if patch.json_:
        try:
            body = json_patch.apply(body, map(_operation, patch.json_), room)
        except PatchError as fault:
            raise _Failed(
                f"the patch of {manifest.kind} '{manifest.name}' fails: {fault}",
                ("json", fault.index),
            ) from None
        _keep_identity(manifest, body, ("json",))
    return dict(body)


def _operation(stated: JsonPatchOperation) -> Operation:
    # ``value: null`` is a value; a missing ``value`` is a fault.
    if "value" in stated.model_fields_set:
        return Operation(stated.op, stated.path, stated.value, source=stated.from_)
    return Operation(stated.op, stated.path, source=stated.from_)


def _keep_identity(manifest: Manifest, body: Any, below: Origin) -> None:  # noqa: ANN401
    """Refuse a patch after which nothing else in the platform would find the object.

    Raises:
        _Failed: kind, name or namespace are missing or changed.
    """
    metadata = body.get("metadata") if isinstance(body, dict) else None
    metadata = metadata if isinstance(metadata, dict) else {}
    kept = isinstance(body, dict) and (
        (body.get("kind"), metadata.get("name"), metadata.get("namespace"))
        == (manifest.kind, manifest.name, manifest.namespace)
    )
    if not kept:
        raise _Failed(
            f"the patch changes what {manifest.kind} '{manifest.name}' is called", below,
            "kind, name and namespace stay: other objects refer to them",
        )  # fmt: skip
