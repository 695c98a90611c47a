"""Fields that the API server lets nobody change in an object that is there already.

Sources, Kubernetes 1.37: ``ValidateStatefulSetUpdate``, ``ValidateDeploymentUpdate`` and
``ValidateDaemonSetUpdate`` (pkg/apis/apps/validation), ``ValidateJobUpdate`` (pkg/apis/batch),
``ValidatePersistentVolumeClaimUpdate`` and ``ValidateServiceUpdate`` (pkg/apis/core).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from platc_spec.quantities import parse_bytes

Body = Mapping[str, Any]

_CHANGEABLE = {
    "StatefulSet": {
        "replicas", "ordinals", "template", "updateStrategy", "minReadySeconds",
        "revisionHistoryLimit", "persistentVolumeClaimRetentionPolicy",
    },
}  # fmt: skip
"""By kind: the only fields of its ``spec`` that may change."""
_FIXED = {
    "Deployment": ("selector",),
    "DaemonSet": ("selector",),
    "Job": ("template", "selector", "completionMode", "podFailurePolicy", "backoffLimitPerIndex"),
    "PersistentVolumeClaim": (
        "accessModes", "dataSource", "dataSourceRef", "selector", "storageClassName", "volumeMode",
        "volumeName",
    ),
    "Service": ("clusterIP",),
}  # fmt: skip
"""By kind: fields of its ``spec`` that may not change."""
KINDS = frozenset({*_CHANGEABLE, *_FIXED})


def fixed_changes(before: Body, after: Body) -> Iterator[str]:
    """Yield the names of the fields of ``spec`` that differ and may not.

    The amount that a claim asks for may grow, and not shrink.
    """
    kind = str(after.get("kind"))
    old, new = before.get("spec") or {}, after.get("spec") or {}
    names = _FIXED.get(kind, ())
    if kind in _CHANGEABLE:
        names = tuple(sorted((old.keys() | new.keys()) - _CHANGEABLE[kind]))
    yield from (name for name in names if old.get(name) != new.get(name))
    if kind == "PersistentVolumeClaim" and asked(new) < asked(old):
        yield "resources"


def asked(spec: Body) -> int:
    """Return the bytes that a claim asks for, 0 where it does not say."""
    amount = ((spec.get("resources") or {}).get("requests") or {}).get("storage")
    return parse_bytes(amount) if isinstance(amount, (str, int)) else 0
