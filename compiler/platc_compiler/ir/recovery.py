"""Backups, and what they protect."""

from __future__ import annotations

from datetime import timedelta

from msgspec import Struct

from platc_compiler.diagnostics import Origin
from platc_compiler.ir.network import Pods
from platc_spec.cron import parse_cron

_UPLOAD = timedelta(minutes=1)
"""What the upload of a segment takes at most, while the store answers."""


class LogArchive(Struct, frozen=True, kw_only=True):
    """Copies of a whole server, and the segments of its log since each of them."""

    copier: str
    """The CronJob that makes the copies."""
    recoverer: str
    """The suspended CronJob that restores."""
    schedule: str
    every: timedelta
    """How often a segment is archived at least."""
    keep: timedelta
    """How far back a restore can go."""
    prefix: str
    """Where they are in the bucket; the identifier of the server follows."""

    @property
    def worst_loss(self) -> timedelta:
        """The most data, in time, that can be lost."""
        return self.every + _UPLOAD


class DatabaseBackup(Struct, frozen=True, kw_only=True):
    """A dump of databases to an object store by the clock."""

    service: str
    namespace: str
    workload: str
    """The StatefulSet that is dumped."""
    cronjob: str
    """The CronJob that makes it."""
    databases: tuple[str, ...]
    schedule: str
    keep: timedelta
    longest: timedelta
    """How long a run may take; until it ends, only the run before it can be restored."""
    bucket: str
    """``s3://bucket/prefix``."""
    endpoint: str | None
    """The object store's address; ``None`` for AWS."""
    plain_transfers: bool
    """Whether its client must add no checksum of its own: the store is not Amazon's."""
    region: str | None
    credentials: bool
    """Whether platform.yaml states the credentials of the upload."""
    image: str
    """The image with the database's tools."""
    upload_image: str
    """The image with the object store's client."""
    log: LogArchive | None = None
    """The archive of the log; ``None`` when only the moments of dumps can be restored."""
    operated: bool = False
    """Whether an operator copies and restores the whole server: there are no dumps."""
    readers: tuple[Pods, ...] = ()
    """Pods that reach the store beside those of the workloads above."""
    key: str | None = None
    """The key that the object store encrypts the dumps with, if platform.yaml names one."""
    origin: Origin

    @property
    def most_lost(self) -> timedelta | None:
        """The most data, in time, that can be lost: by the log, or else by the dumps."""
        return self.worst_loss if self.log is None else self.log.worst_loss

    @property
    def worst_loss(self) -> timedelta | None:
        """The most that dumps alone lose; ``None`` when the schedule never fires.

        This is the longest time between two runs plus the longest run, because a dump contains the
        state of the moment when it began.
        """
        gap = parse_cron(self.schedule).largest_gap()
        return None if gap is None else gap + self.longest


class Hook(Struct, frozen=True, kw_only=True):
    """A command that Velero runs in a container before it takes a pod's volumes."""

    workload: str
    namespace: str
    labels: tuple[tuple[str, str], ...]
    container: str
    command: tuple[str, ...]
    timeout: timedelta


class ClusterBackup(Struct, frozen=True, kw_only=True):
    """A Velero Schedule."""

    name: str
    schedule: str
    namespaces: tuple[str, ...]
    exclude: tuple[str, ...]
    keep: timedelta
    location: str
    velero_namespace: str
    rpo: timedelta | None = None
    """The RPO of what only this backup protects, when it differs from the platform's."""
    hooks: tuple[Hook, ...] = ()
    origin: Origin = ()

    @property
    def takes_pods(self) -> bool:
        """Whether it includes pods: Velero runs hooks in them and copies volumes through them."""
        return not {"pods", "pod", "po"} & set(self.exclude)

    @property
    def worst_loss(self) -> timedelta | None:
        """The longest time between two runs; ``None`` when the schedule never fires."""
        return parse_cron(self.schedule).largest_gap()
