"""Backups, and what they protect."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from platc_compiler.diagnostics import Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseBackup:
    """A dump of databases to an object store by the clock."""

    service: str
    namespace: str
    cronjob: str
    """The CronJob that makes it."""
    databases: tuple[str, ...]
    schedule: str
    keep: timedelta
    bucket: str
    """``s3://bucket/prefix``."""
    origin: Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """A command that Velero runs in a container before it takes a pod's volumes."""

    workload: str
    namespace: str
    labels: tuple[tuple[str, str], ...]
    container: str
    command: tuple[str, ...]
    timeout: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterBackup:
    """A Velero Schedule."""

    name: str
    schedule: str
    namespaces: tuple[str, ...]
    exclude: tuple[str, ...]
    keep: timedelta
    location: str
    velero_namespace: str
    hooks: tuple[Hook, ...] = ()
    origin: Origin = ()
