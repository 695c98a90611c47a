"""The drill: a CronJob restores the newest dumps into a server of its own, and looks into it."""

from __future__ import annotations

from msgspec.structs import replace

from platc_compiler.ir.network import Link
from platc_compiler.ir.platform import Fragment
from platc_compiler.ir.pods import ConfigFiles, Container, EmptyDir, Env, Mount, Pod, Volume
from platc_compiler.ir.workloads import Config, CronJob, Job, Workload
from platc_compiler.lower.dependencies import split_dependency
from platc_compiler.lower.kind import Context
from platc_compiler.lower.origins import service_origin
from platc_compiler.lower.postgres.backup import alerts_of_runs, client_of_store
from platc_compiler.lower.postgres.names import USER, image, version
from platc_compiler.lower.resources import sized, stated_resources
from platc_compiler.templating.templates import Templates
from platc_spec.kinds import postgres as spec
from platc_spec.postgres_drill import Drill

_SERVER = sized(memory=256, cpu=100, most_memory=512, most_cpu=1000)


def drill(name: str, service: spec.Postgres, context: Context) -> Fragment:
    """Return the CronJob, its connection to the object store and its alerts."""
    stated, copies = service.drill, service.backup
    if stated is None or copies is None:
        return Fragment()
    workload = _workload(name, service, stated, copies, context)
    store = Link(workload.endpoint, *split_dependency(copies.to), (*workload.origin,))
    return Fragment(
        workloads=(workload,), links=(store,),
        alerts=alerts_of_runs(workload, stated.schedule, stated.deadline, "drill"),
    )  # fmt: skip


def drill_files(service: spec.Postgres, templates: Templates) -> tuple[tuple[str, str], ...]:
    """Return the scripts of both steps."""
    stated, copies = service.drill, service.backup
    if stated is None or copies is None:
        return ()
    bucket, _, prefix = copies.bucket.removeprefix("s3://").partition("/")
    databases = sorted(service.databases)
    fetch = templates.text(
        "kinds/postgres/fetch.sh.j2",
        bucket=bucket, prefix=f"{prefix.rstrip('/')}/" if prefix else "", databases=databases,
        credentials=copies.credentials is not None,
    )  # fmt: skip
    script = templates.text(
        "kinds/postgres/drill.sh.j2",
        databases=databases, checks=sorted(stated.checks.items()),
    )  # fmt: skip
    return (("drill.sh", script), ("fetch.sh", fetch))


def _workload(
    name: str, service: spec.Postgres, stated: Drill, copies: spec.DumpBackup, context: Context
) -> Workload:
    place = service_origin(name, "drill")
    config = Config(f"{name}-drill", drill_files(service, context.templates))
    client = client_of_store(name, copies, context)
    resources = stated_resources(stated.resources, _SERVER, (*place, "resources"))
    disk = replace(resources.limits, ephemeral_storage=stated.scratch + (64 << 20))
    fetch = Container(
        name="fetch", image=copies.image, command=("/bin/bash", "/scripts/fetch.sh"),
        env=(Env("DUMPS", "/scratch/dumps"), Env("HOME", "/tmp"), *client.env),  # noqa: S108
        mounts=(
            Mount("scripts", "/scripts", read_only=True),
            Mount("scratch", "/scratch"),
            Mount("credentials", "/run/credentials"),
            Mount("tmp", "/tmp"),  # noqa: S108 - in a pod
            *client.mounts,
        ),
        resources=replace(client.resources, limits=replace(
            client.resources.limits, ephemeral_storage=disk.ephemeral_storage
        )),
        origin=place,
    )  # fmt: skip
    restore = Container(
        name="restore", image=image(service), command=("/bin/bash", "/scripts/drill.sh"),
        env=(Env("DUMPS", "/scratch/dumps"), Env("SCRATCH", "/scratch/server")),
        mounts=(
            Mount("scripts", "/scripts", read_only=True),
            Mount("scratch", "/scratch"),
            Mount("tmp", "/tmp"),  # noqa: S108
        ),
        resources=replace(resources, limits=disk), origin=place,
    )  # fmt: skip
    return Workload(
        name=config.name, namespace=context.namespace(service), service=name, app="postgres",
        component="drill", version=version(service),
        controller=CronJob(
            schedule=stated.schedule, job=Job(retries=0, deadline=stated.deadline)
        ),
        pod=Pod(
            init=(fetch,), containers=(restore,), user=USER, group=USER, fs_group=USER,
            restart="Never",
            volumes=(
                Volume("scripts", ConfigFiles(config.name)),
                Volume("scratch", EmptyDir(size=stated.scratch)),
                Volume("credentials", EmptyDir(size=1 << 20, memory=True)),
                Volume("tmp", EmptyDir(size=32 << 20)),
                *client.volumes,
            ),
        ),
        configs=(config,), origin=place,
    )  # fmt: skip
