"""Taints of nodes and tolerations of pods.

Source: ``Toleration.ToleratesTaint`` in staging/src/k8s.io/api/core/v1/toleration.go of Kubernetes
1.37. Its operators ``Lt`` and ``Gt`` need a feature gate and are not in the language.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct


class Taint(Struct, frozen=True):
    """A mark of a node: pods that do not tolerate it stay away."""

    key: str
    value: str
    effect: Literal["NoSchedule", "PreferNoSchedule", "NoExecute"]


class Toleration(Struct, frozen=True):
    """What a pod tolerates."""

    key: str = ""
    """Empty for every key."""
    exists: bool = False
    """Whether any value is tolerated, instead of ``value`` alone."""
    value: str = ""
    effect: str = ""
    """Empty for every effect."""

    def tolerates(self, taint: Taint) -> bool:
        """Say whether a pod with this toleration may run on a node with the taint."""
        return (
            self.effect in {"", taint.effect}
            and self.key in {"", taint.key}
            and (self.exists or self.value == taint.value)
        )


CONTROL_PLANE = Taint("node-role.kubernetes.io/control-plane", "", "NoSchedule")
"""The taint of kubeadm and kind (cmd/kubeadm/app/constants)."""

EVERYTHING = Toleration(exists=True)


def tolerated(taints: Iterable[Taint], tolerations: tuple[Toleration, ...]) -> bool:
    """Say whether a pod may run on a node; a taint with PreferNoSchedule keeps no pod away."""
    return all(
        taint.effect == "PreferNoSchedule" or any(each.tolerates(taint) for each in tolerations)
        for taint in taints
    )
