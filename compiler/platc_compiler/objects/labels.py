"""The recommended labels (:mod:`platc_compiler.ir.labels`) of objects and pods."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from platc_compiler.ir.labels import (
    COMPONENT,
    INSTANCE,
    MANAGED_BY,
    MANAGER,
    NAME,
    PART_OF,
    VERSION,
)
from platc_compiler.ir.workloads import Workload
from platc_compiler.objects.manifest import Manifest

FIRST = ("name", "namespace", "labels")
"""The order of the first keys of metadata, by Kubernetes' convention."""


def common_labels(platform: str) -> dict[str, str]:
    """Return the labels that every object of a platform carries with the same value."""
    return {MANAGED_BY: MANAGER, PART_OF: platform}


def workload_labels(platform: str, workload: Workload) -> dict[str, str]:
    """Return the labels of the objects and pods of a workload, sorted by key."""
    version = {VERSION: workload.version} if workload.version else {}
    return dict(sorted({**dict(workload.selector), **version, **common_labels(platform)}.items()))


def labelled(manifests: Iterable[Manifest], platform: str) -> Iterator[Manifest]:
    """Yield each object with the recommended labels that it lacks; its own labels always win.

    An object without a workload (a namespace, a policy, a quota) is part of the platform itself.
    """
    for manifest in manifests:
        metadata = manifest.body["metadata"]
        labels = {
            COMPONENT: manifest.kind.lower(),
            INSTANCE: platform,
            NAME: platform,
            **common_labels(platform),
            **metadata.get("labels", {}),
        }
        whole = {**metadata, "labels": dict(sorted(labels.items()))}
        ordered = {key: whole.pop(key) for key in FIRST if key in whole} | whole
        yield replace(manifest, body={**manifest.body, "metadata": ordered})
