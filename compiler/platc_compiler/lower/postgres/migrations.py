"""The migrations: a Job that runs Flyway on the files of a schema, and the wait of its users.

The Job logs in as the owner of the schema, so that what it creates belongs to the owner, and at the
server itself: Flyway holds a lock of its session, which a pool of transactions would lose.

Source: documentation.red-gate.com/flyway, Configuration, Environment Variables.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from platc_compiler.diagnostics import Origin
from platc_compiler.ir.migrations import Login, Migration
from platc_compiler.ir.network import Link
from platc_compiler.ir.platform import Fragment
from platc_compiler.ir.pods import (
    ConfigFiles,
    Container,
    EmptyDir,
    Env,
    Mount,
    Pod,
    SecretFiles,
    Volume,
)
from platc_compiler.ir.workloads import Config, Job, Workload
from platc_compiler.lower.job_names import with_digest
from platc_compiler.lower.kind import Context
from platc_compiler.lower.origins import service_origin
from platc_compiler.lower.postgres.migration_files import later, migration_files
from platc_compiler.lower.postgres.names import PORT, SECRETS, account, host, image, version
from platc_compiler.lower.resources import sized, stated_resources
from platc_compiler.lower.secret_keys import secret_key
from platc_spec.kinds import postgres as spec
from platc_spec.postgres_migrations import Migrations
from platc_spec.secret_references import parse_reference

_RESOURCES = sized(memory=256, cpu=100, most_memory=512, most_cpu=1000)
_WAIT = sized(memory=16, cpu=10, most_memory=64, most_cpu=200)
_USER = 65532
"""Flyway's image lets every user read its files; this is nobody's."""
_RETRIES = 6
"""The schema and its owner are made by a job that runs at the same time."""


class _Part(Struct, frozen=True):
    """The migrations of one schema."""

    name: str
    """The service's name."""
    key: str
    service: spec.Postgres
    stated: Migrations
    files: Mapping[str, str]
    """The text of each file, by name."""

    @property
    def place(self) -> Origin:
        return service_origin(self.name, "migrations", self.key)


def migrations(name: str, service: spec.Postgres, context: Context) -> Fragment:
    """Return a Job for each schema with migrations, their connections, and what their users do."""
    workloads, links, waits = [], [], []
    for key, stated in sorted(service.migrations.items()):
        files = {each.name: each.text for each in migration_files(stated, context.beside)}
        part = _Part(name, key, service, stated, files)
        job = _job(part, context)
        links.append(Link(job.endpoint, name, "sql", job.origin))
        workloads.append(with_digest(job, job.configs, context))
        waits.append(_wait(part, context))
    return Fragment(workloads=tuple(workloads), links=tuple(links), migrations=tuple(waits))


def owner(service: spec.Postgres, stated: Migrations) -> str:
    """Return the role that owns the schema of migrations, and so runs them."""
    database = service.databases[stated.database]
    return database.schemas[stated.schema_].owner or database.owner


def _job(part: _Part, context: Context) -> Workload:
    name, key, service, stated, place = (
        part.name, part.key, part.service, part.stated, part.place,
    )  # fmt: skip
    namespace = context.namespace(service)
    role = owner(service, stated)
    password = secret_key(str(service.roles[role].password), (*place, "schema"))
    config = Config(f"{name}-migrate-{key}", tuple(sorted(part.files.items())), released=True)
    script = context.templates.text("kinds/postgres/migrate.sh.j2")
    baseline = (
        (Env("FLYWAY_BASELINE_ON_MIGRATE", "true"), Env("FLYWAY_BASELINE_VERSION", stated.baseline))
        if stated.baseline
        else ()
    )
    container = Container(
        name="flyway", image=stated.image, command=("/bin/bash", "-c", script),
        env=(
            Env("MIGRATIONS", "/migrations"),
            Env("WORK", "/tmp"),  # noqa: S108 - in a pod
            Env("PASSWORD_FILE", f"{SECRETS}/owner/{password.key}"),
            Env("JAVA_TOOL_OPTIONS", "-XX:MaxRAMPercentage=60"),
            Env("FLYWAY_URL", f"jdbc:postgresql://{host(name, service, namespace)}:{PORT}/"
                f"{stated.database}?ApplicationName={name}-migrate-{key}"),
            Env("FLYWAY_USER", role),
            Env("FLYWAY_DEFAULT_SCHEMA", stated.schema_),
            Env("FLYWAY_SCHEMAS", stated.schema_),
            # The job that makes roles and schemas makes this one, with its owner and its rights.
            Env("FLYWAY_CREATE_SCHEMAS", "false"),
            Env("FLYWAY_CLEAN_DISABLED", "true"),
            Env("FLYWAY_CONNECT_RETRIES", "30"),
            Env("FLYWAY_CONNECT_RETRIES_INTERVAL", "5"),
            Env("FLYWAY_VALIDATE_MIGRATION_NAMING", "true"),
            # A dollar and a brace are parts of functions, not of Flyway's own placeholders.
            Env("FLYWAY_PLACEHOLDER_REPLACEMENT", "false"),
            *baseline,
        ),
        mounts=(
            Mount("migrations", "/migrations", read_only=True),
            Mount("tmp", "/tmp"),  # noqa: S108
            Mount("owner", f"{SECRETS}/owner", read_only=True),
        ),
        resources=stated_resources(stated.resources, _RESOURCES, (*place, "resources")),
        origin=place,
    )  # fmt: skip
    return Workload(
        name=config.name, namespace=namespace, service=name, app="postgres",
        component=f"migrate-{key}", version=version(service),
        controller=Job(retries=_RETRIES, deadline=stated.deadline),
        pod=Pod(
            containers=(container,), user=_USER, group=_USER, fs_group=_USER, restart="OnFailure",
            service_account=account(name, service),
            volumes=(
                Volume("migrations", ConfigFiles(config.name)),
                Volume("tmp", EmptyDir(size=64 << 20)),
                Volume("owner", SecretFiles(password.secret, (password.key,), password.origin)),
            ),
        ),
        configs=(config,), origin=place,
    )  # fmt: skip


def _wait(part: _Part, context: Context) -> Migration:
    service, stated, place = part.service, part.stated, part.place
    schema = service.databases[stated.database].schemas[stated.schema_]
    using = {owner(service, stated), *schema.readers, *schema.writers}
    logins = [
        Login(role=role, secret=secret, key=item)
        for role, account in sorted(service.roles.items())
        if account.password is not None and role in using
        for secret, item in (parse_reference(account.password),)
    ]
    query = context.templates.text(
        "kinds/postgres/migrated.sql.j2",
        schema=stated.schema_, scripts=sorted(later(part.files, stated.baseline).items()),
    )  # fmt: skip
    script = context.templates.text("kinds/postgres/wait.sh.j2", schema=stated.schema_)
    wait = Container(
        name=f"wait-{part.key}", image=image(service), command=("/bin/bash", "-c", script),
        env=(
            Env("PGDATABASE", stated.database),
            Env("PGCONNECT_TIMEOUT", "10"),
            Env("MIGRATED", query.strip()),
        ),
        resources=_WAIT, origin=place,
    )  # fmt: skip
    return Migration(service=part.name, logins=tuple(logins), wait=wait, origin=place)
