"""The recommended labels (:mod:`platc_compiler.ir.labels`) on every object that is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from platc_compiler.ir.labels import COMPONENT, INSTANCE, MANAGED_BY, MANAGER, NAME, PART_OF
from platc_compiler.objects.manifest import Manifest

FIRST = ("name", "namespace", "labels")
"""How metadata begins, by Kubernetes' convention."""


def labelled(manifests: Iterable[Manifest], platform: str) -> Iterator[Manifest]:
    """Yield each object with what it lacks of the recommended labels; its own always win.

    What belongs to no workload (a namespace, a policy, a quota) is part of the platform itself.
    """
    for manifest in manifests:
        metadata = manifest.body["metadata"]
        labels = {
            COMPONENT: manifest.kind.lower(),
            INSTANCE: platform,
            MANAGED_BY: MANAGER,
            NAME: platform,
            PART_OF: platform,
            **metadata.get("labels", {}),
        }
        whole = {**metadata, "labels": dict(sorted(labels.items()))}
        ordered = {key: whole.pop(key) for key in FIRST if key in whole} | whole
        yield replace(manifest, body={**manifest.body, "metadata": ordered})
