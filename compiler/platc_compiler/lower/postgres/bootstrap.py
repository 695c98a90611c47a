"""The job that creates the declared roles, databases, schemas and grants.

It is idempotent, and runs again whenever its text changes. The folder of the image for initial SQL
would not do: the image reads it only when the volume is new.
"""

from __future__ import annotations

from datetime import timedelta

from msgspec import Struct

from platc_compiler.diagnostics import Origin
from platc_compiler.ir.network import Link
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
from platc_compiler.lower.ports import service_host
from platc_compiler.lower.postgres.names import PORT, SECRETS, USER, image, superuser, version
from platc_compiler.lower.postgres.preload import counts_statements
from platc_compiler.lower.postgres.system_roles import SystemRole, system_roles
from platc_compiler.lower.resources import sized
from platc_compiler.lower.secret_keys import secret_key
from platc_compiler.templating.templates import Templates
from platc_spec.kinds import postgres as spec

_RESOURCES = sized(memory=32, cpu=20, most_memory=128, most_cpu=500)
_ROLES = f"{SECRETS}/roles"
_READ = ("SELECT", "SELECT")
_WRITE = ("SELECT, INSERT, UPDATE, DELETE", "SELECT, USAGE")


class RoleSql(Struct, frozen=True):
    """A role: the values of the script."""

    name: str
    password: str | None
    """The path of the file with its password."""
    connections: int
    member_of: tuple[str, ...]


class GrantSql(Struct, frozen=True):
    """The rights of a role in a schema."""

    role: str
    tables: str
    sequences: str


class SchemaSql(Struct, frozen=True):
    """A schema with its grants."""

    name: str
    owner: str
    others: tuple[str, ...]
    """Every role except the owner: the script revokes their rights before it grants any."""
    grants: tuple[GrantSql, ...]


class DatabaseSql(Struct, frozen=True):
    """A database, with the roles that can connect and those that cannot."""

    name: str
    owner: str
    guests: tuple[str, ...]
    strangers: tuple[str, ...]
    schemas: tuple[SchemaSql, ...]


def bootstrap(
    name: str, service: spec.Postgres, context: Context
) -> tuple[Workload, tuple[Link, ...]]:
    """Return the job, and its connection to the server."""
    job = _job(name, service, context)
    # The link has the job's name without the digest, because the policy is named after it.
    link = Link(job.endpoint, name, "sql", job.origin)
    return with_digest(job, job.configs, context), (link,)


def _job(name: str, service: spec.Postgres, context: Context) -> Workload:
    files, namespace = bootstrap_files(name, service, context.templates), context.namespace(service)
    password, password_mount, password_file = superuser(name, service)
    place = service_origin(name, "databases") if service.databases else service_origin(name)
    secrets = _role_secrets(name, service)
    container = Container(
        name="bootstrap", image=image(service), command=("/bin/bash", "/bootstrap/bootstrap.sh"),
        env=(
            Env("PGHOST", service_host(name, namespace)),
            Env("PGPORT", str(PORT)),
            Env("PGUSER", spec.SUPERUSER),
            Env("PGDATABASE", spec.SUPERUSER),
            Env("SUPERUSER_PASSWORD_FILE", password_file),
            Env("BOOTSTRAP_SQL", "/bootstrap/bootstrap.sql"),
        ),
        mounts=(
            Mount("bootstrap", "/bootstrap", read_only=True),
            Mount("tmp", "/tmp"),  # noqa: S108 - in a pod
            password_mount,
            *(Mount(v.name, f"{_ROLES}/{_secret(v)}", read_only=True) for v in secrets),
        ),
        resources=_RESOURCES, origin=place,
    )  # fmt: skip
    return Workload(
        name=f"{name}-bootstrap", namespace=namespace, service=name, app="postgres",
        component="bootstrap", version=version(service),
        controller=Job(retries=6, deadline=timedelta(minutes=30)),
        pod=Pod(
            containers=(container,), user=USER, group=USER, fs_group=USER, restart="OnFailure",
            service_account=name,
            volumes=(
                Volume("bootstrap", ConfigFiles(f"{name}-bootstrap")),
                Volume("tmp", EmptyDir(size=8 << 20)),
                password,
                *secrets,
            ),
        ),
        configs=(Config(f"{name}-bootstrap", files),), origin=place,
    )  # fmt: skip


def bootstrap_files(
    name: str, service: spec.Postgres, templates: Templates
) -> tuple[tuple[str, str], ...]:
    """Return the script and its SQL; neither contains a password."""
    own = system_roles(name, service)
    sql = templates.text(
        "kinds/postgres/bootstrap.sql.j2",
        roles=(*_roles(service), *map(_system_role, own)),
        databases=_databases(service, tuple(role.name for role in own)),
        statements=counts_statements(service),
    )  # fmt: skip
    script = templates.text("kinds/postgres/bootstrap.sh.j2")
    return (("bootstrap.sh", script), ("bootstrap.sql", sql))


def _roles(service: spec.Postgres) -> tuple[RoleSql, ...]:
    return tuple(
        RoleSql(
            name=name, connections=role.connections, member_of=role.member_of,
            password=f"{_ROLES}/{role.password}" if role.password else None,
        )
        for name, role in sorted(service.roles.items())
    )  # fmt: skip


def _system_role(role: SystemRole) -> RoleSql:
    return RoleSql(role.name, f"{_ROLES}/{role.password}", role.connections, role.member_of)


def _databases(service: spec.Postgres, system: tuple[str, ...]) -> tuple[DatabaseSql, ...]:
    result = []
    for name, database in sorted(service.databases.items()):
        schemas = tuple(
            _schema(service, key, schema, database.owner)
            for key, schema in sorted(database.schemas.items())
        )
        named = {schema.owner for schema in schemas}
        named |= {grant.role for schema in schemas for grant in schema.grants}
        guests = tuple(sorted((named | set(system)) - {database.owner}))
        strangers = tuple(sorted(service.roles.keys() - {database.owner, *guests}))
        result.append(DatabaseSql(name, database.owner, guests, strangers, schemas))
    return tuple(result)


def _schema(
    service: spec.Postgres, name: str, schema: spec.Schema, database_owner: str
) -> SchemaSql:
    owner = schema.owner or database_owner
    rights = dict.fromkeys(schema.readers, _READ) | dict.fromkeys(schema.writers, _WRITE)
    rights.pop(owner, None)
    return SchemaSql(
        name=name, owner=owner, others=tuple(sorted(service.roles.keys() - {owner})),
        grants=tuple(GrantSql(role, *what) for role, what in sorted(rights.items())),
    )  # fmt: skip


def _role_secrets(name: str, service: spec.Postgres) -> tuple[Volume, ...]:
    """Return a volume for each secret with passwords of roles."""
    keys: dict[str, dict[str, None]] = {}
    places: dict[str, Origin] = {}
    stated = [
        *(
            (role.password, service_origin(name, "roles", key, "password"))
            for key, role in sorted(service.roles.items())
            if role.password is not None
        ),
        *((role.password, (*role.origin, "password")) for role in system_roles(name, service)),
    ]
    for password, place in stated:
        key = secret_key(password, place)
        keys.setdefault(key.secret, {})[key.key] = None
        places.setdefault(key.secret, key.origin)
    return tuple(
        Volume(f"role-{secret}"[:63].rstrip("-"), SecretFiles(secret, tuple(found), places[secret]))
        for secret, found in sorted(keys.items())
    )


def _secret(volume: Volume) -> str:
    assert isinstance(volume.source, SecretFiles)  # noqa: S101 - made so just above
    return volume.source.secret
