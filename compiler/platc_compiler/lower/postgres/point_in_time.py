"""The archive of the log, the copies of the whole server, and the restore to a moment.

PostgreSQL's own way (its manual, Continuous Archiving and Point-in-Time Recovery): the server runs
``archive_command`` for each segment of its log and keeps the segment until the command ends with 0.
The command hands the segment to a container in the same pod, which has the client of the object
store; so the server needs no other image. Copies are made by ``pg_basebackup``. Everything lies
below the identifier of the server: a new volume, or another major version, never overwrites it.
"""

from __future__ import annotations

from datetime import timedelta

from msgspec import Struct
from msgspec.structs import replace

from platc_compiler.diagnostics import Origin
from platc_compiler.ir.network import Link
from platc_compiler.ir.platform import Fragment
from platc_compiler.ir.pods import (
    ConfigFiles,
    Container,
    EmptyDir,
    Env,
    Mount,
    OtherClaim,
    Pod,
    Volume,
)
from platc_compiler.ir.recovery import LogArchive
from platc_compiler.ir.workloads import Config, CronJob, Job, Workload
from platc_compiler.lower.dependencies import split_dependency
from platc_compiler.lower.kind import Context
from platc_compiler.lower.origins import service_origin
from platc_compiler.lower.ports import service_host
from platc_compiler.lower.postgres.backup import StoreClient, alerts_of_runs, client_of_store
from platc_compiler.lower.postgres.names import PORT, USER, VOLUME, image, superuser, version
from platc_compiler.lower.resources import sized
from platc_spec.kinds import postgres as spec
from platc_spec.postgres_point_in_time import PointInTime

_ARCHIVE = 1 << 28
"""Bytes for segments that are being handed over: one at a time, 16 MiB unless initdb was told
otherwise, and its copy."""
_SHIP = sized(memory=64, cpu=20, most_memory=192, most_cpu=500)
_COPY = sized(memory=64, cpu=50, most_memory=256, most_cpu=1000)
_VERIFIES_ARCHIVES = 18
"""The first version whose pg_verifybackup reads tar files (its release notes)."""
_RETRIES = 2
_LONGEST = timedelta(hours=12)
"""What a restore may take: nobody wants to begin it again."""
_NEVER = "0 0 1 1 *"
"""The schedule of a suspended CronJob: it must have one."""


class _Archive(Struct, frozen=True):
    """What platform.yaml says of an archive."""

    name: str
    """The service's name."""
    service: spec.Postgres
    copies: spec.DumpBackup
    stated: PointInTime
    context: Context

    @property
    def place(self) -> Origin:
        return service_origin(self.name, "backup", "point_in_time")

    @property
    def store(self) -> dict[str, object]:
        """The values of the templates that reach the bucket."""
        bucket, prefix = _folder(self.name, self.copies)
        credentials = self.copies.credentials is not None
        return {
            "bucket": bucket, "prefix": prefix, "credentials": credentials,
            "encryption": self.copies.encryption,
        }  # fmt: skip

    @property
    def client(self) -> StoreClient:
        """What a container needs to reach the bucket."""
        return client_of_store(self.name, self.copies, self.context)

    def text(self, template: str, **values: object) -> str:
        """Return a script."""
        return self.context.templates.text(f"kinds/postgres/{template}.j2", **values)


def _archive(name: str, service: spec.Postgres, context: Context) -> _Archive | None:
    copies, stated = service.backup, service.archive
    if copies is None or stated is None:
        return None
    return _Archive(name, service, copies, stated, context)


def archived(server: Workload, name: str, service: spec.Postgres, context: Context) -> Workload:
    """Return the server with the container that uploads its log, if it is archived."""
    archive = _archive(name, service, context)
    if archive is None:
        return server
    client, (config,) = archive.client, server.configs
    scripts = (
        ("archive.sh", archive.text("archive.sh")),
        ("ship.sh", archive.text("ship.sh", **archive.store)),
    )
    handed = Mount("archive", "/archive")
    ship = Container(
        name="archive", image=archive.copies.image,
        command=("/bin/bash", "/etc/postgresql/ship.sh"),
        env=(Env("HOME", "/tmp"), *client.env),  # noqa: S108 - in a pod
        mounts=(
            Mount("config", "/etc/postgresql", read_only=True),
            handed,
            Mount("credentials", "/run/credentials"),
            Mount("tmp-of-archive", "/tmp"),  # noqa: S108
            *client.mounts,
        ),
        # It ends after the server, which hands over the end of its log when it is stopped.
        resources=_SHIP, sidecar=True, origin=archive.place,
    )  # fmt: skip
    first, *others = server.pod.containers
    pod = replace(
        server.pod,
        init=(*server.pod.init, ship),
        containers=(replace(first, mounts=(*first.mounts, handed)), *others),
        volumes=(
            *server.pod.volumes,
            Volume("archive", EmptyDir(size=_ARCHIVE)),
            Volume("credentials", EmptyDir(size=1 << 20, memory=True)),
            Volume("tmp-of-archive", EmptyDir(size=32 << 20)),
            *client.volumes,
        ),
    )
    more = Config(config.name, (*config.files, *scripts))
    return replace(server, pod=pod, configs=(more,))


def point_in_time(
    name: str, service: spec.Postgres, server: Workload, context: Context
) -> Fragment:
    """Return the CronJobs that copy and restore the server, their connections and alerts.

    Args:
        name: the service's name.
        service: the service.
        server: the server's workload, with the container that uploads the log.
        context: the platform.
    """
    archive = _archive(name, service, context)
    if archive is None:
        return Fragment()
    copier, recoverer = _copier(archive), _recoverer(archive, server)
    store = (*service_origin(name, "backup"), "to")
    target = split_dependency(archive.copies.to)
    return Fragment(
        workloads=(copier, recoverer),
        links=(
            Link(copier.endpoint, name, "sql", archive.place),
            *(Link(each.endpoint, *target, store) for each in (server, copier, recoverer)),
        ),
        alerts=alerts_of_runs(copier, archive.stated.schedule, archive.stated.deadline, "copy"),
    )


def log_archive(name: str, copies: spec.DumpBackup, stated: PointInTime) -> LogArchive:
    """Return what the checks and the runbook know of the archive."""
    return LogArchive(
        copier=f"{name}-copy", recoverer=f"{name}-recover", schedule=stated.schedule,
        every=stated.every, keep=stated.keep, prefix=f"s3://{'/'.join(_folder(name, copies))}",
    )  # fmt: skip


def _folder(name: str, copies: spec.DumpBackup) -> tuple[str, str]:
    """Return the bucket, and the folder of the archive in it."""
    bucket, _, prefix = copies.bucket.removeprefix("s3://").partition("/")
    return bucket, f"{prefix.rstrip('/')}/{name}/" if prefix else f"{name}/"


def _copier(archive: _Archive) -> Workload:
    """Return the CronJob that copies the whole server, and deletes what is too old."""
    name, service, stated = archive.name, archive.service, archive.stated
    namespace, client = archive.context.namespace(service), archive.client
    size = service.storage if stated.scratch is None else stated.scratch
    limits = replace(_COPY.limits, ephemeral_storage=size + (64 << 20))
    resources = replace(_COPY, limits=limits)
    password, password_mount, password_file = superuser(name, service)
    verified = service.major >= _VERIFIES_ARCHIVES
    keep_for = int(stated.keep.total_seconds())
    config = Config(f"{name}-copy", (
        ("copy.sh", archive.text("copy.sh", verified=verified)),
        ("keep.sh", archive.text("keep.sh", **archive.store, keep=keep_for)),
    ))  # fmt: skip
    mounts = (
        Mount("scripts", "/scripts", read_only=True),
        Mount("copy", "/copy"),
        Mount("tmp", "/tmp"),  # noqa: S108 - in a pod
    )
    copy = Container(
        name="copy", image=image(service), command=("/bin/bash", "/scripts/copy.sh"),
        env=(
            Env("PGHOST", service_host(name, namespace)),
            Env("PGPORT", str(PORT)),
            Env("PGUSER", spec.SUPERUSER),
            Env("SUPERUSER_PASSWORD_FILE", password_file),
            Env("DUMPS", "/copy"),
        ),
        mounts=(*mounts, password_mount), resources=resources, origin=archive.place,
    )  # fmt: skip
    keep = Container(
        name="keep", image=archive.copies.image, command=("/bin/bash", "/scripts/keep.sh"),
        env=(Env("DUMPS", "/copy"), Env("HOME", "/tmp"), *client.env),  # noqa: S108
        mounts=(*mounts, Mount("credentials", "/run/credentials"), *client.mounts),
        resources=resources, origin=archive.place,
    )  # fmt: skip
    return Workload(
        name=config.name, namespace=namespace, service=name, app="postgres", component="copy",
        version=version(service),
        controller=CronJob(
            schedule=stated.schedule, job=Job(retries=_RETRIES, deadline=stated.deadline)
        ),
        pod=_pod((copy,), keep, (
            Volume("scripts", ConfigFiles(config.name)),
            Volume("copy", EmptyDir(size=size)),
            password,
            *client.volumes,
        )),
        configs=(config,), origin=archive.place,
    )  # fmt: skip


def _recoverer(archive: _Archive, server: Workload) -> Workload:
    """Return the suspended CronJob of which the runbook starts a Job with the moment."""
    client, service = archive.client, archive.service
    config = Config(f"{archive.name}-recover", (
        ("bring.sh", archive.text("bring.sh", **archive.store)),
        ("recover.sh", archive.text("recover.sh")),
    ))  # fmt: skip
    data = next(each for each in server.pod.containers[0].env if each.name == "PGDATA")
    env = (Env("TO", ""), Env("SYSTEM", ""), Env("VOLUME", VOLUME), data)
    mounts = (
        Mount("scripts", "/scripts", read_only=True),
        Mount("data", VOLUME),
        Mount("tmp", "/tmp"),  # noqa: S108 - in a pod
    )
    bring = Container(
        name="bring", image=archive.copies.image, command=("/bin/bash", "/scripts/bring.sh"),
        env=(*env, Env("HOME", "/tmp"), *client.env),  # noqa: S108
        mounts=(*mounts, Mount("credentials", "/run/credentials"), *client.mounts),
        resources=_COPY, origin=archive.place,
    )  # fmt: skip
    recover = Container(
        name="recover", image=image(service), command=("/bin/bash", "/scripts/recover.sh"),
        env=env, mounts=mounts, resources=_COPY, origin=archive.place,
    )  # fmt: skip
    return Workload(
        name=config.name, namespace=server.namespace, service=archive.name, app="postgres",
        component="recover", version=version(service),
        controller=CronJob(
            schedule=_NEVER, suspended=True, job=Job(retries=0, deadline=_LONGEST)
        ),
        pod=_pod((bring,), recover, (
            Volume("scripts", ConfigFiles(config.name)),
            Volume("data", OtherClaim(f"data-{server.name}-0")),
            *client.volumes,
        )),
        configs=(config,), origin=archive.place,
    )  # fmt: skip


def _pod(init: tuple[Container, ...], main: Container, volumes: tuple[Volume, ...]) -> Pod:
    return Pod(
        init=init, containers=(main,), user=USER, group=USER, fs_group=USER, restart="Never",
        volumes=(
            *volumes,
            Volume("credentials", EmptyDir(size=1 << 20, memory=True)),
            Volume("tmp", EmptyDir(size=32 << 20)),
        ),
    )  # fmt: skip
