"""The table of backups to restore from."""

from __future__ import annotations

from datetime import timedelta

from msgspec import Struct

from platc_compiler.ir.backed_up import volumes
from platc_compiler.ir.platform import Platform
from platc_compiler.ir.recovery import ClusterBackup, DatabaseBackup
from platc_spec.durations import duration_text


class Row(Struct, frozen=True):
    """A row of the table."""

    what: str
    how: str
    when: str
    loss: str
    where: str
    keep: str


def inventory(platform: Platform) -> list[Row]:
    """Return the dumps of databases, their logs, then the backups of the cluster."""
    dumps = [
        Row(
            what=f"database {', '.join(backup.databases)} of {backup.service}",
            how=f"CronJob {backup.namespace}/{backup.cronjob}", when=backup.schedule,
            loss=_loss(backup.worst_loss), where=backup.bucket, keep=duration_text(backup.keep),
        )
        for backup in platform.database_backups
        if not backup.operated
    ]  # fmt: skip
    logs = [
        Row(
            what=f"every moment of {backup.service}",
            how=f"the log, and {_copier(backup)} {backup.namespace}/{backup.log.copier}",
            when=backup.log.schedule, loss=_loss(backup.log.worst_loss),
            where=backup.log.prefix, keep=duration_text(backup.log.keep),
        )
        for backup in platform.database_backups
        if backup.log is not None
    ]  # fmt: skip
    clusters = [
        Row(
            what=f"{_held(platform, backup)} of {', '.join(backup.namespaces)}",
            how=f"Velero Schedule {backup.velero_namespace}/{backup.name}", when=backup.schedule,
            loss=_loss(backup.worst_loss), where=f"storage location {backup.location}",
            keep=duration_text(backup.keep),
        )
        for backup in platform.cluster_backups
    ]  # fmt: skip
    return [*dumps, *logs, *clusters]


def volumes_without_backup(platform: Platform) -> list[str]:
    """Return the services with a volume that no backup contains: it is empty after a restore."""
    return sorted({v.workload.name for v in volumes(platform) if v.missed is not None})


def holds_volumes(platform: Platform, backup: ClusterBackup) -> bool:
    """Return whether a backup of the cluster contains a volume that no dump covers."""
    return any(
        volume.missed is None and volume.workload.namespace in backup.namespaces
        for volume in volumes(platform)
    )


def _copier(backup: DatabaseBackup) -> str:
    return "ScheduledBackup" if backup.operated else "CronJob"


def _held(platform: Platform, backup: ClusterBackup) -> str:
    return "objects and volumes" if holds_volumes(platform, backup) else "objects"


def _loss(length: timedelta | None) -> str:
    return "everything" if length is None else duration_text(length)
