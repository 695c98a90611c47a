"""The backup: the archive of the log, the copies of the server, and who reaches the object store.

The operator copies the server by barman-cloud into ``spec.backup.barmanObjectStore``, which its
release 1.30 still has, and 1.31 has no more: the plugin that follows it has kinds of its own.
Copies need the archive of the log, so that every moment since the first of them can be restored.
Sources: docs/src/appendixes/backup_barmanobjectstore.md and object_stores.md of the release;
barman-cloud-backup(1) and barman-cloud-wal-archive(1): ``--sse-kms-key-id``.
"""

from __future__ import annotations

from datetime import timedelta
from math import ceil
from typing import Any

from platc_compiler.ir.network import Link, Pods
from platc_compiler.ir.operated import Operated
from platc_compiler.ir.platform import Fragment
from platc_compiler.ir.recovery import DatabaseBackup, LogArchive
from platc_compiler.lower.dependencies import split_dependency
from platc_compiler.lower.kind import Context
from platc_compiler.lower.origins import service_origin
from platc_compiler.lower.postgres.backup import endpoint_of, needs_plain_transfers
from platc_compiler.lower.postgres.cloudnative.names import API, instances, jobs
from platc_compiler.lower.postgres.names import image
from platc_spec.cron import six_fields
from platc_spec.kinds import postgres as spec
from platc_spec.secret_references import parse_reference

_EVERY = timedelta(minutes=5)
"""How often the operator archives the log when nothing is stated (``archive_timeout``)."""


def backup(name: str, service: spec.Postgres, context: Context) -> Fragment:
    """Return the schedule of the copies, the connections to the store, and what is kept."""
    stated = service.backup
    if stated is None:
        return Fragment()
    namespace, place = context.namespace(service), service_origin(name, "backup")
    pods = (instances(name, namespace), jobs(name, namespace))
    return Fragment(
        operated=(
            Operated(
                api=API, kind="ScheduledBackup", name=name, namespace=namespace, service=name,
                app="postgres", origin=place,
                spec=context.templates.data(
                    "kinds/postgres/cloudnative/scheduled-backup.yaml.j2",
                    cluster=name, schedule=six_fields(stated.schedule),
                ),
            ),
        ),
        links=tuple(
            Link(each, *split_dependency(stated.to), (*place, "to")) for each in pods
        ),
        database_backups=(_kept(name, service, stated, pods, context),),
    )  # fmt: skip


def _kept(
    name: str,
    service: spec.Postgres,
    stated: spec.DumpBackup,
    pods: tuple[Pods, ...],
    context: Context,
) -> DatabaseBackup:
    address, archive = endpoint_of(stated, context), service.archive
    return DatabaseBackup(
        service=name, namespace=context.namespace(service), cronjob=name, workload=name,
        databases=tuple(sorted(service.databases)), schedule=stated.schedule, keep=stated.keep,
        longest=timedelta(0), bucket=stated.bucket, endpoint=address,
        plain_transfers=needs_plain_transfers(address), region=stated.region,
        credentials=stated.credentials is not None, image=image(service),
        upload_image=image(service), operated=True, readers=pods,
        key=stated.encryption.key_id if stated.encryption else None,
        log=LogArchive(
            copier=name, recoverer="", schedule=stated.schedule,
            every=archive.every if archive else _EVERY, keep=stated.keep,
            prefix=f"{stated.bucket.rstrip('/')}/{name}",
        ),
        origin=service_origin(name, "backup"),
    )  # fmt: skip


def store(service: spec.Postgres, context: Context) -> dict[str, Any] | None:
    """Return what the Cluster says of the object store, ``None`` without a backup."""
    stated = service.backup
    if stated is None:
        return None
    keys = stated.credentials
    data: dict[str, Any] = context.templates.data(
        "kinds/postgres/cloudnative/object-store.yaml.j2",
        stated=stated, endpoint=endpoint_of(stated, context),
        id=parse_reference(keys.access_key_id) if keys else None,
        secret=parse_reference(keys.secret_access_key) if keys else None,
        days=max(1, ceil(stated.keep / timedelta(days=1))),
    )  # fmt: skip
    return data


def environment(service: spec.Postgres, context: Context) -> list[dict[str, str]]:
    """Return the variables that the client of the store reads.

    Stores that are not Amazon's often refuse the checksums that the client adds by itself.
    """
    stated = service.backup
    if stated is None:
        return []
    found = {"AWS_DEFAULT_REGION": stated.region} if stated.region else {}
    if needs_plain_transfers(endpoint_of(stated, context)):
        found["AWS_REQUEST_CHECKSUM_CALCULATION"] = "when_required"
        found["AWS_RESPONSE_CHECKSUM_VALIDATION"] = "when_required"
    return [{"name": key, "value": value} for key, value in found.items()]
