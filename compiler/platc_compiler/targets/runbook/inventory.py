"""What there is to restore from."""

from __future__ import annotations

from datetime import timedelta

from msgspec import Struct

from platc_compiler.ir.platform import Platform
from platc_spec.durations import duration_text


class Row(Struct, frozen=True):
    """A line of the table."""

    what: str
    how: str
    when: str
    loss: str
    where: str
    keep: str


def inventory(platform: Platform) -> list[Row]:
    """Return the dumps of databases, then the backups of the cluster."""
    dumps = [
        Row(
            what=f"database {', '.join(backup.databases)} of {backup.service}",
            how=f"CronJob {backup.namespace}/{backup.cronjob}", when=backup.schedule,
            loss=_loss(backup.worst_loss), where=backup.bucket, keep=duration_text(backup.keep),
        )
        for backup in platform.database_backups
    ]  # fmt: skip
    clusters = [
        Row(
            what=f"objects and volumes of {', '.join(backup.namespaces)}",
            how=f"Velero Schedule {backup.velero_namespace}/{backup.name}", when=backup.schedule,
            loss=_loss(backup.worst_loss), where=f"storage location {backup.location}",
            keep=duration_text(backup.keep),
        )
        for backup in platform.cluster_backups
    ]  # fmt: skip
    return [*dumps, *clusters]


def _loss(length: timedelta | None) -> str:
    return "everything" if length is None else duration_text(length)
