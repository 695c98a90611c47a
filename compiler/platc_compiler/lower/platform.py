"""Lowering of a whole platform: each service by its kind, and the other parts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import asdict

from platc_compiler.ir.platform import Fragment, Namespace, Platform, Secret
from platc_compiler.ir.recovery import ClusterBackup
from platc_compiler.lower.dashboards import declared_dashboards
from platc_compiler.lower.entries import entry
from platc_compiler.lower.escalation import escalations
from platc_compiler.lower.kind import Context, Kind, Offering
from platc_compiler.lower.observability import (
    declared_alerts,
    declared_metrics,
    declared_recordings,
)
from platc_compiler.lower.pipelines import lower_pipelines
from platc_compiler.lower.pod_settings import with_settings
from platc_compiler.lower.secret_sources import secret_source
from platc_compiler.lower.slos import objectives
from platc_spec.platform import Spec


def offerings(spec: Spec, kinds: Mapping[str, Kind[Any]]) -> dict[str, Offering]:
    """Return what each service has for others."""
    return {
        name: kinds[service.kind].offer(name, service, spec.namespace_of(service))
        for name, service in spec.services.items()
    }


def lower(context: Context, kinds: Mapping[str, Kind[Any]]) -> Platform:
    """Return the platform.

    Services are lowered in the order of their names: their order in platform.yaml has no effect.
    Every reference must be valid; the checks of the language run before.
    """
    spec = context.spec
    services = sorted(spec.services.items())
    fragments = [
        with_settings(kinds[service.kind].lower(name, service, context), name, spec)
        for name, service in services
    ]
    entries = [entry(n, service, context) for n, service in services]
    declared = Fragment(
        metrics=declared_metrics(context),
        alerts=(*declared_alerts(spec), *escalations(spec)),
        recordings=declared_recordings(spec),
        dashboards=declared_dashboards(context),
    )
    joined = join([*fragments, *entries, declared, objectives(spec)])
    pipelines, from_pipelines, task_pods = lower_pipelines(
        spec, joined["runners"], context.templates
    )
    joined = join([Fragment(**joined), from_pipelines])
    return Platform(
        **joined,
        name=spec.platform, spec=spec, namespaces=_namespaces(spec), secrets=_secrets(spec),
        offers=tuple(o for offering in context.offerings.values() for o in offering.ports),
        databases=tuple(d for offering in context.offerings.values() for d in offering.databases),
        pipelines=pipelines, task_pods=task_pods, cluster_backups=_cluster_backups(spec),
        sealed=context.sealed,
    )  # fmt: skip


def join(fragments: list[Fragment]) -> dict[str, tuple[Any, ...]]:
    """Return the concatenated fields of all fragments, by name."""
    fields = [asdict(fragment) for fragment in fragments]
    return {
        name: tuple(item for each in fields for item in each[name])
        for name in Fragment.__struct_fields__
    }


def _namespaces(spec: Spec) -> tuple[Namespace, ...]:
    return tuple(
        Namespace(
            name=name, origin=("namespaces", name),
            labels=tuple(sorted(stated.labels.items())) if stated else (),
            annotations=tuple(sorted(stated.annotations.items())) if stated else (),
            pod_security=stated.pod_security if stated else None,
        )
        for name, stated in sorted(spec.namespaces.items())
    )  # fmt: skip


def _secrets(spec: Spec) -> tuple[Secret, ...]:
    return tuple(
        Secret(
            name=name, namespace=namespace, keys=secret.keys, type=secret.type, scope=secret.scope,
            source=secret_source(secret), origin=("secrets", name),
        )
        for name, secret in sorted(spec.secrets.items())
        for namespace in spec.namespaces_of(secret)
    )  # fmt: skip


def _cluster_backups(spec: Spec) -> tuple[ClusterBackup, ...]:
    backup = spec.backup
    if backup is None:
        return ()
    return (
        ClusterBackup(
            name=f"{spec.platform}-backup", schedule=backup.schedule, namespaces=backup.namespaces,
            exclude=backup.exclude, keep=backup.keep, location=backup.location,
            velero_namespace=backup.velero_namespace, rpo=backup.rpo,
            origin=("backup",),
        ),
    )  # fmt: skip
