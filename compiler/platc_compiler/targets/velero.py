"""Velero's Schedules, as objects and as bare files below ``velero/``.

Velero runs hooks only in pods that it backs up, so that a Schedule that excludes pods has no hooks.
Databases do not need them: their volumes are snapshots of one instant or are not backed up (never
copied file by file), and they are restored from their own dumps.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec.structs import asdict

from platc_compiler.ir.labels import COMPONENT, INSTANCE, MANAGED_BY, MANAGER, NAME, PART_OF
from platc_compiler.ir.platform import Platform
from platc_compiler.ir.recovery import ClusterBackup, Hook
from platc_compiler.objects.go_duration import go_duration
from platc_compiler.objects.manifest import CUSTOM, Artefacts, File, Manifest
from platc_compiler.source.emit import yaml_text
from platc_compiler.templating.templates import Templates


def velero(platform: Platform, templates: Templates, _: Artefacts) -> Iterator[Manifest | File]:
    """Yield a Schedule for each backup of the cluster, as an object and as a file."""
    for backup in platform.cluster_backups:
        schedule = _schedule(platform, templates, backup)
        yield Manifest(CUSTOM, schedule, backup.origin)
        yield File(f"velero/schedule-{backup.name}.yaml", yaml_text(schedule))


def _schedule(platform: Platform, templates: Templates, backup: ClusterBackup) -> dict[str, Any]:
    labels = {
        COMPONENT: "backup",
        INSTANCE: backup.name,
        MANAGED_BY: MANAGER,
        NAME: "velero",
        PART_OF: platform.name,
    }
    data: dict[str, Any] = templates.data(
        "velero/schedule.yaml.j2",
        metadata={"name": backup.name, "namespace": backup.velero_namespace, "labels": labels},
        labels={PART_OF: platform.name},
        backup=backup, ttl=go_duration(backup.keep), hooks=_hooks(platform, backup),
    )  # fmt: skip
    return data


def _hooks(platform: Platform, backup: ClusterBackup) -> list[dict[str, Any]]:
    if not backup.takes_pods:
        return []
    return [_hook(h) for h in platform.hooks if h.namespace in backup.namespaces]


def _hook(hook: Hook) -> dict[str, Any]:
    return {**asdict(hook), "labels": dict(hook.labels), "timeout": go_duration(hook.timeout)}
