"""Regular maintenance: a CronJob with a script of SQL for each database."""

from __future__ import annotations

from datetime import timedelta

from msgspec import Struct

from platc_compiler.ir.network import Link
from platc_compiler.ir.platform import Fragment
from platc_compiler.ir.pods import ConfigFiles, Container, EmptyDir, Env, Mount, Pod, Volume
from platc_compiler.ir.workloads import Config, CronJob, Job, Workload
from platc_compiler.lower.kind import Context
from platc_compiler.lower.origins import service_origin
from platc_compiler.lower.postgres.names import PORT, USER, host, image, superuser, version
from platc_compiler.lower.postgres.preload import counts_statements
from platc_compiler.lower.resources import sized, stated_resources
from platc_compiler.templating.templates import Templates
from platc_spec.kinds import postgres as spec
from platc_spec.postgres_maintenance import Autovacuum, Maintenance

_DEFAULT = sized(memory=32, cpu=20, most_memory=128, most_cpu=500)
_SCRIPTS = "/maintenance"


class SettingSql(Struct, frozen=True):
    """A storage parameter, as the script states it."""

    schema: str
    table: str
    """Empty for every table of the schema."""
    setting: str
    value: str


def maintenance(
    name: str, service: spec.Postgres, stated: Maintenance, context: Context
) -> Fragment:
    """Return the CronJob and its connection to the server."""
    workload = _workload(name, service, stated, context)
    return Fragment(
        workloads=(workload,), links=(Link(workload.endpoint, name, "sql", workload.origin),)
    )


def _workload(name: str, service: spec.Postgres, stated: Maintenance, context: Context) -> Workload:
    place, namespace = service_origin(name, "maintenance"), context.namespace(service)
    password, password_mount, password_file = superuser(name, service)
    config = Config(f"{name}-maintenance", scripts(service, stated, context.templates))
    container = Container(
        name="maintenance", image=image(service),
        command=("/bin/bash", f"{_SCRIPTS}/maintenance.sh"),
        env=(
            Env("PGHOST", host(name, service, namespace)),
            Env("PGPORT", str(PORT)),
            Env("PGUSER", spec.SUPERUSER),
            Env("PGDATABASE", spec.SUPERUSER),
            Env("SUPERUSER_PASSWORD_FILE", password_file),
            Env("SCRIPTS", _SCRIPTS),
        ),
        mounts=(
            Mount("scripts", _SCRIPTS, read_only=True),
            Mount("tmp", "/tmp"),  # noqa: S108 - in a pod
            password_mount,
        ),
        resources=stated_resources(stated.resources, _DEFAULT, (*place, "resources")),
        origin=place,
    )  # fmt: skip
    return Workload(
        name=f"{name}-maintenance", namespace=namespace, service=name, app="postgres",
        component="maintenance", version=version(service),
        controller=CronJob(
            schedule=stated.schedule,
            job=Job(retries=0, deadline=stated.deadline), starting_deadline=timedelta(hours=1),
        ),
        pod=Pod(
            containers=(container,), user=USER, group=USER, fs_group=USER, restart="Never",
            volumes=(
                Volume("scripts", ConfigFiles(config.name)),
                Volume("tmp", EmptyDir(size=8 << 20)),
                password,
            ),
        ),
        configs=(config,), origin=place,
    )  # fmt: skip


def scripts(
    service: spec.Postgres, stated: Maintenance, templates: Templates
) -> tuple[tuple[str, str], ...]:
    """Return the script of the job, and the SQL for each database."""
    files = [("maintenance.sh", templates.text("kinds/postgres/maintenance.sh.j2"))]
    for database in sorted(service.databases):
        sql = templates.text(
            "kinds/postgres/maintenance.sql.j2",
            database=database, settings=_settings(stated.autovacuum.get(database, {})),
            reindex=database in stated.reindex, vacuum=stated.vacuum, analyze=stated.analyze,
            report=stated.report, statements=counts_statements(service),
        )  # fmt: skip
        files.append((f"{database}.sql", sql))
    return tuple(files)


def _settings(stated: dict[str, Autovacuum]) -> tuple[SettingSql, ...]:
    result = []
    for name, own in sorted(stated.items()):
        schema, _, table = name.partition(".")
        for field, value in own:
            if value is not None:
                text = f"{value:g}" if isinstance(value, float) else str(value)
                result.append(SettingSql(schema, table, f"autovacuum_{field}", text))
    return tuple(result)
