"""Backups, and what they protect."""

from __future__ import annotations

from datetime import timedelta

from msgspec import Struct

from platc_compiler.diagnostics import Origin
from platc_spec.cron import parse_cron


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
    """How long a run may take; till it ends, only the one before can be restored."""
    bucket: str
    """``s3://bucket/prefix``."""
    endpoint: str | None
    """The object store's address, where it is not AWS's own."""
    region: str | None
    credentials: bool
    """Whether it says with which key it uploads."""
    image: str
    """The image with the database's tools."""
    upload_image: str
    """The image with the object store's client."""
    origin: Origin

    @property
    def worst_loss(self) -> timedelta | None:
        """The most that may be lost: the longest time between two runs, and that of a run, because
        a dump holds what was there when it began. ``None``: it never runs.
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
    """How much may be lost of what it alone protects, where that is not the platform's RPO."""
    hooks: tuple[Hook, ...] = ()
    origin: Origin = ()

    @property
    def takes_pods(self) -> bool:
        """Whether pods are in it: hooks run in them, and volumes are copied file by file by way of
        them.
        """
        return not {"pods", "pod", "po"} & set(self.exclude)

    @property
    def worst_loss(self) -> timedelta | None:
        """The most that may be lost: the longest time between two runs. ``None``: it never runs."""
        return parse_cron(self.schedule).largest_gap()
