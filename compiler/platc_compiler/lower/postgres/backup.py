"""The backup: a CronJob that dumps, verifies, uploads and compares, and deletes old dumps."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import replace

from platc_compiler.ir.network import Link, Outside
from platc_compiler.ir.observability import Alert, RuleTest
from platc_compiler.ir.platform import Fragment
from platc_compiler.ir.pods import (
    ConfigFiles,
    Container,
    EmptyDir,
    Env,
    Mount,
    Pod,
    Resources,
    SecretFiles,
    SecretKey,
    Volume,
)
from platc_compiler.ir.recovery import DatabaseBackup, LogArchive
from platc_compiler.ir.workloads import Config, CronJob, Job, Workload
from platc_compiler.lower.dependencies import split_dependency
from platc_compiler.lower.kind import Context
from platc_compiler.lower.origins import service_origin
from platc_compiler.lower.ports import service_host
from platc_compiler.lower.postgres.names import PORT, SECRETS, USER, image, superuser, version
from platc_compiler.lower.resources import sized
from platc_compiler.lower.secret_keys import secret_key
from platc_compiler.templating.templates import Templates
from platc_spec.cron import parse_cron
from platc_spec.durations import duration_text
from platc_spec.kinds import postgres as spec

_RETRIES = 2
_HTTPS = 443
_RESOURCES = sized(memory=64, cpu=50, most_memory=256, most_cpu=1000)


def backup(name: str, service: spec.Postgres, context: Context) -> Fragment:
    """Return the CronJob, its connections and its alerts."""
    stated = service.backup
    if stated is None:
        return Fragment()
    namespace, place = context.namespace(service), service_origin(name, "backup")
    workload = _workload(name, service, stated, context)
    pods, endpoint = workload.endpoint, endpoint_of(stated, context)
    return Fragment(
        workloads=(workload,),
        links=(
            Link(pods, name, "sql", place),
            Link(pods, *split_dependency(stated.to), (*place, "to")),
        ),
        alerts=alerts_of_runs(workload, stated.schedule, stated.deadline, "backup"),
        database_backups=(
            DatabaseBackup(
                service=name, namespace=namespace, cronjob=workload.name, workload=name,
                databases=tuple(sorted(service.databases)), schedule=stated.schedule,
                keep=stated.keep, longest=stated.deadline, bucket=stated.bucket,
                endpoint=endpoint, plain_transfers=needs_plain_transfers(endpoint),
                region=stated.region, credentials=stated.credentials is not None,
                image=image(service), upload_image=stated.image, log=_log(name, stated),
                key=stated.encryption.key_id if stated.encryption else None, origin=place,
            ),
        ),
    )  # fmt: skip


def _log(name: str, stated: spec.DumpBackup) -> LogArchive | None:
    if stated.point_in_time is None:
        return None
    from platc_compiler.lower.postgres.point_in_time import log_archive

    return log_archive(name, stated, stated.point_in_time)


def backup_files(service: spec.Postgres, templates: Templates) -> tuple[tuple[str, str], ...]:
    """Return the scripts of both steps."""
    stated = service.backup
    if stated is None:
        return ()
    bucket, _, prefix = stated.bucket.removeprefix("s3://").partition("/")
    databases = sorted(service.databases)
    dump = templates.text("kinds/postgres/dump.sh.j2", databases=databases)
    upload = templates.text(
        "kinds/postgres/upload.sh.j2",
        bucket=bucket, prefix=f"{prefix.rstrip('/')}/" if prefix else "",
        keep=int(stated.keep.total_seconds()), names=["globals", *databases],
        credentials=stated.credentials is not None, encryption=stated.encryption,
    )  # fmt: skip
    return (("dump.sh", dump), ("upload.sh", upload))


def endpoint_of(stated: spec.DumpBackup, context: Context) -> str | None:
    """Return the address of the object store, ``None`` when the client knows it (AWS)."""
    if stated.endpoint is not None:
        return stated.endpoint
    offer = context.offer(stated.to)
    if offer.host.endswith(".amazonaws.com"):
        return None
    scheme = "https" if isinstance(offer.endpoint, Outside) else "http"
    default = _HTTPS if scheme == "https" else 80
    return f"{scheme}://{offer.host if offer.number == default else offer.address}"


def needs_plain_transfers(endpoint: str | None) -> bool:
    """Return whether the client must add no checksum, because the store is not Amazon's.

    Since 2.23 (1.37 of the first generation) the client adds a CRC to each upload, which other
    stores often refuse. Nothing is lost: ``upload.sh`` compares the SHA-256 of what has arrived.
    Source: aws-cli, awscli/topics/config-vars.rst, request_checksum_calculation; the refusals:
    aws/aws-cli#9214.
    """
    host = urlsplit(endpoint or "").hostname
    return host is not None and not host.endswith((".amazonaws.com", ".amazonaws.com.cn"))


def _endpoint_env(endpoint: str | None) -> tuple[Env, ...]:
    """Return the variables by which the client finds the store, and speaks as it understands."""
    if endpoint is None:
        return ()
    address = Env("AWS_ENDPOINT_URL", endpoint)
    if not needs_plain_transfers(endpoint):
        return (address,)
    return (
        address,
        Env("AWS_REQUEST_CHECKSUM_CALCULATION", "when_required"),
        Env("AWS_RESPONSE_CHECKSUM_VALIDATION", "when_required"),
    )


def _workload(
    name: str, service: spec.Postgres, stated: spec.DumpBackup, context: Context
) -> Workload:
    namespace, place = context.namespace(service), service_origin(name, "backup")
    password, password_mount, password_file = superuser(name, service)
    resources = replace(
        _RESOURCES,
        limits=replace(_RESOURCES.limits, ephemeral_storage=stated.scratch + (64 << 20)),
    )
    dump = Container(
        name="dump", image=image(service), command=("/bin/bash", "/scripts/dump.sh"),
        env=(
            Env("PGHOST", service_host(name, namespace)),
            Env("PGPORT", str(PORT)),
            Env("PGUSER", spec.SUPERUSER),
            Env("SUPERUSER_PASSWORD_FILE", password_file),
            Env("DUMPS", "/dumps"),
        ),
        mounts=(
            Mount("scripts", "/scripts", read_only=True),
            Mount("dumps", "/dumps"),
            Mount("tmp", "/tmp"),  # noqa: S108 - in a pod
            password_mount,
        ),
        resources=resources, origin=place,
    )  # fmt: skip
    config = Config(f"{name}-backup", backup_files(service, context.templates))
    client = client_of_store(name, stated, context)
    return Workload(
        name=f"{name}-backup", namespace=namespace, service=name, app="postgres",
        component="backup", version=version(service),
        controller=CronJob(
            schedule=stated.schedule, job=Job(retries=_RETRIES, deadline=stated.deadline)
        ),
        pod=Pod(
            init=(dump,), containers=(_upload(name, stated, client),), user=USER,
            group=USER, fs_group=USER, restart="Never",
            volumes=(
                Volume("scripts", ConfigFiles(config.name)),
                Volume("dumps", EmptyDir(size=stated.scratch)),
                Volume("credentials", EmptyDir(size=1 << 20, memory=True)),
                Volume("tmp", EmptyDir(size=32 << 20)),
                password,
                *client.volumes,
            ),
        ),
        configs=(config,), origin=place,
    )  # fmt: skip


def _credentials(name: str, stated: spec.DumpBackup) -> dict[str, SecretKey]:
    """Return the keys of the credentials by the name of their volume."""
    place = (*service_origin(name), "backup", "credentials")
    given = stated.credentials
    if given is None:
        return {}
    return {
        "access-key-id": secret_key(given.access_key_id, (*place, "access_key_id")),
        "secret-access-key": secret_key(given.secret_access_key, (*place, "secret_access_key")),
    }


class StoreClient(Struct, frozen=True):
    """What a container with the object store's client needs beside its script."""

    env: tuple[Env, ...]
    mounts: tuple[Mount, ...]
    volumes: tuple[Volume, ...]
    resources: Resources


def client_of_store(name: str, stated: spec.DumpBackup, context: Context) -> StoreClient:
    """Return what the client needs to reach the bucket of the dumps."""
    credentials = _credentials(name, stated)
    files = {volume: f"{SECRETS}/{volume}/{key.key}" for volume, key in credentials.items()}
    return StoreClient(
        env=(
            *_credential_env(files),
            *((Env("AWS_DEFAULT_REGION", stated.region),) if stated.region else ()),
            *_endpoint_env(endpoint_of(stated, context)),
        ),
        mounts=tuple(
            Mount(volume, f"{SECRETS}/{volume}", read_only=True) for volume in credentials
        ),
        volumes=tuple(
            Volume(volume, SecretFiles(key.secret, (key.key,), key.origin))
            for volume, key in credentials.items()
        ),
        resources=_RESOURCES,
    )


def _credential_env(files: dict[str, str]) -> tuple[Env, ...]:
    if not files:
        return ()
    return (
        Env("CREDENTIALS", "/run/credentials"),
        Env("ACCESS_KEY_ID_FILE", files["access-key-id"]),
        Env("SECRET_ACCESS_KEY_FILE", files["secret-access-key"]),
        Env("AWS_EC2_METADATA_DISABLED", "true"),
    )


def _upload(name: str, stated: spec.DumpBackup, client: StoreClient) -> Container:
    return Container(
        name="upload", image=stated.image, command=("/bin/bash", "/scripts/upload.sh"),
        env=(
            Env("DUMPS", "/dumps"),
            Env("HOME", "/tmp"),  # noqa: S108 - in a pod
            *client.env,
        ),
        mounts=(
            Mount("scripts", "/scripts", read_only=True),
            Mount("dumps", "/dumps", read_only=True),
            Mount("credentials", "/run/credentials"),
            Mount("tmp", "/tmp"),  # noqa: S108
            *client.mounts,
        ),
        resources=client.resources, origin=service_origin(name, "backup"),
    )  # fmt: skip


def alerts_of_runs(
    workload: Workload, schedule: str, deadline: timedelta, what: str
) -> tuple[Alert, ...]:
    """Return an alert on a failed run, and one when no run has succeeded for too long.

    Args:
        workload: the CronJob.
        schedule: its schedule.
        deadline: the longest duration of a run.
        what: what a run is, in one word.
    """
    return (_failed(workload, what), _too_old(workload, schedule, deadline, what))


def _title(workload: Workload) -> str:
    return "".join(part.capitalize() for part in workload.name.split("-"))


def _failed(workload: Workload, what: str) -> Alert:
    """Return the alert on a failed run. Kubernetes keeps failed Jobs: a later success ends it.

    Source of the metrics: kube-state-metrics, docs/metrics/workload/job-metrics.md.
    """
    where = f'namespace="{workload.namespace}",job_name=~"{workload.name}-.+"'
    labels = f'namespace="{workload.namespace}",job_name="{workload.name}-1"'
    good = f'{{namespace="{workload.namespace}",cronjob="{workload.name}"}}'
    started = f"kube_job_status_start_time{{{labels}}}"
    failed = f'kube_job_failed{{{labels},condition="true"}}'
    success = f"kube_cronjob_status_last_successful_time{good}"
    return Alert(
        name=f"{_title(workload)}Failed", group=workload.service, severity="critical",
        expr=f"(kube_job_status_start_time{{{where}}} and on (namespace, job_name)"
        f' kube_job_failed{{{where},condition="true"}} == 1)'
        f" > on (namespace) group_left () ({success} or kube_cronjob_created{good})",
        summary=f"A {what} of {workload.service} has failed",
        description="The logs of the job {{ $labels.job_name }} say why:"
        f" kubectl -n {workload.namespace} logs job/{{{{ $labels.job_name }}}} --all-containers",
        service=workload.service, origin=workload.origin,
        test=RuleTest(
            ((started, "100x120"), (failed, "1x120"), (success, "50x120")),
            ((started, "100x120"), (failed, "1x120"), (success, "150x120")),
        ),
    )  # fmt: skip


def _too_old(workload: Workload, schedule: str, deadline: timedelta, what: str) -> Alert:
    """Return the alert on a last success that is too old.

    Before the first success, the age of the CronJob counts.
    Source of the metrics: kube-state-metrics, docs/metrics/workload/cronjob-metrics.md.
    """
    labels = f'namespace="{workload.namespace}",cronjob="{workload.name}"'
    last = f"kube_cronjob_status_last_successful_time{{{labels}}}"
    gap = parse_cron(schedule).largest_gap() or timedelta(days=1)
    late = gap + 2 * deadline
    seconds = int(late.total_seconds())
    return Alert(
        name=f"{_title(workload)}TooOld", group=workload.service, severity="critical",
        expr=f"time() - ({last} or kube_cronjob_created{{{labels}}}) > {seconds}",
        lasting=timedelta(minutes=5),
        summary=f"The last good {what} of {workload.service} is too old",
        description="The last one is {{ $value | humanizeDuration }} old; the schedule allows"
        f" {duration_text(late)}.",
        service=workload.service, origin=workload.origin,
        test=RuleTest(((last, f"-{2 * seconds}x120"),), ((last, "0+60x120"),)),
    )  # fmt: skip
