"""The patches that changed an object, and the pods of patched objects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from platc_compiler.diagnostics import Origin
from platc_compiler.ir.identity_cache import cached_by_identity
from platc_compiler.ir.platform import Platform
from platc_compiler.ir.workloads import Workload
from platc_compiler.objects.job_names import without_digest
from platc_compiler.objects.manifest import Manifest
from platc_compiler.source.included import inside
from platc_spec.platform import Patch


class PatchedPod(Struct, frozen=True):
    """A controller that a patch matches, beside the workload that it was rendered from."""

    manifest: Manifest
    workload: Workload
    spec: Mapping[str, Any]
    """The pod's ``spec``."""
    place: Origin
    """The patch."""

    @property
    def completed(self) -> bool:
        """Whether an operator adds what the template lacks: containers, security contexts."""
        return self.manifest.kind == "Pooler"


WITH_PODS = frozenset(
    {"Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "ServiceAccount"}
)
"""Kinds whose Secrets pods need; those that a ServiceAccount names are for pulling images."""


def patched_namespaces(patch: Patch, platform: Platform) -> tuple[str, ...]:
    """Return the namespaces of the pods that a patch changes, none where it changes no pods."""
    kind, name = patch.target.kind, patch.target.name
    if kind not in WITH_PODS:
        return ()
    if patch.target.namespace is not None:
        return (patch.target.namespace,)
    found = (
        workload.namespace
        for workload in platform.workloads
        if (kind == "ServiceAccount" and (workload.pod.service_account or workload.name) == name)
        or (
            kind == type(workload.controller).__name__
            and name in {workload.name, without_digest(workload.name)}
        )
    )
    return tuple(dict.fromkeys(found))


def patch_of(manifest: Manifest, platform: Platform) -> Origin:
    """Return the path of the last patch that matches an object, empty if none does."""
    names = {manifest.name}
    if manifest.kind == "Job":
        names.add(without_digest(manifest.name))
    patches = _last_first(platform)
    found = [each for name in names for each in patches.get((manifest.kind, name), ())]
    for index, namespace in sorted(found, reverse=True):
        if namespace in {None, manifest.namespace}:
            return ("patches", index)
    return ()


@cached_by_identity
def _last_first(platform: Platform) -> Mapping[tuple[str, str], list[tuple[int, str | None]]]:
    """Return the patches by kind and name of their targets: number and namespace."""
    found: dict[tuple[str, str], list[tuple[int, str | None]]] = {}
    for index, patch in reversed(list(enumerate(platform.spec.patches))):
        target = patch.target
        found.setdefault((target.kind, target.name), []).append((index, target.namespace))
    return found


def blamed(manifest: Manifest, platform: Platform, path: Origin = ()) -> Origin:
    """Return the place to report for a fault of an object: a patch of it, or its origin.

    Args:
        manifest: the object.
        platform: the platform.
        path: the place in the object, which an included file shows.
    """
    patch = patch_of(manifest, platform)
    if patch or not path or not inside(manifest.origin):
        return patch or manifest.origin
    return (*manifest.origin, *path)


def patched_pods(manifests: Sequence[Manifest], platform: Platform) -> Iterator[PatchedPod]:
    """Yield each controller that a patch matches."""
    if not platform.spec.patches:
        return
    workloads = {(w.namespace, w.name): w for w in platform.workloads}
    for manifest in manifests:
        place = patch_of(manifest, platform)
        workload = workloads.get((manifest.namespace or "", manifest.name))
        spec = _pod_spec(manifest.body)
        if place and workload is not None and spec is not None:
            yield PatchedPod(manifest, workload, spec, place)


def _pod_spec(body: Mapping[str, Any]) -> Mapping[str, Any] | None:
    spec = mapping(body, "spec")
    if "jobTemplate" in spec:
        spec = mapping(mapping(spec, "jobTemplate"), "spec")
    return mapping(mapping(spec, "template"), "spec") or None


def mapping(parent: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """Return the mapping below a key, an empty one if a patch has replaced it by another type."""
    value = parent.get(key)
    return value if isinstance(value, Mapping) else {}


def mappings(parent: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    """Return the mappings of the list below a key, none if a patch has changed its type."""
    value = parent.get(key)
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []
