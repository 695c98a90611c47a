"""Which volumes a backup contains.

Velero snapshots volumes where their driver can, and otherwise copies them file by file, out of
running pods and never out of a hostPath (its "File System Backup"; ``pkg/podvolume/backupper.go``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias

from msgspec import Struct

from platc_compiler.ir.node_folders import in_node_folder
from platc_compiler.ir.platform import Platform
from platc_compiler.ir.pods import Claim
from platc_compiler.ir.workloads import Workload

Reason: TypeAlias = Literal["namespace", "hostpath", "pods"]
"""Why no backup contains a volume: no backup includes its namespace; it is a hostPath, which Velero
does not copy; it could only be copied out of pods, and the backups exclude pods."""


class Kept(Struct, frozen=True):
    """A volume that no database dump covers."""

    workload: Workload
    claim: Claim
    missed: Reason | None
    """Why no backup contains it; ``None`` when one does."""


def volumes(platform: Platform) -> Iterator[Kept]:
    """Yield the volumes, except copies, and those of databases that have dumps of their own."""
    dumped = {(dump.namespace, dump.workload) for dump in platform.database_backups}
    for workload in platform.workloads:
        if (workload.namespace, workload.name) in dumped:
            continue
        for volume in workload.pod.volumes:
            if isinstance(volume.source, Claim) and not volume.source.copy:
                yield Kept(workload, volume.source, _missed(platform, workload, volume.source))


def _missed(platform: Platform, workload: Workload, claim: Claim) -> Reason | None:
    backups = [b for b in platform.cluster_backups if workload.namespace in b.namespaces]
    if not backups:
        return "namespace"
    if not in_node_folder(platform.spec.cluster, claim):
        return None
    if platform.spec.cluster.distribution == "kind":
        return "hostpath"
    return None if any(backup.takes_pods for backup in backups) else "pods"
