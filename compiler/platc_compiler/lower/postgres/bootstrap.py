"""The job that makes roles, databases, schemas and rights as platform.yaml says.

Its SQL compares the server with what is declared and runs what differs; it runs again whenever its
text changes. The folder of the image for initial SQL
would not do: the image reads it only when the volume is new.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

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
from platc_compiler.lower.postgres.declared import SERVER, as_json, declared
from platc_compiler.lower.postgres.names import (
    PORT,
    SECRETS,
    USER,
    account,
    host,
    image,
    superuser,
    version,
)
from platc_compiler.lower.postgres.replicas import bootstrap_sql, of_replication
from platc_compiler.lower.postgres.system_roles import system_roles
from platc_compiler.lower.resources import sized
from platc_compiler.lower.secret_keys import secret_key
from platc_compiler.templating.templates import Templates
from platc_spec.kinds import postgres as spec

if TYPE_CHECKING:
    from platc_compiler.lower.postgres.pooler import LookupSql

_RESOURCES = sized(memory=32, cpu=20, most_memory=128, most_cpu=500)
_ROLES = f"{SECRETS}/roles"


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
            Env("PGHOST", host(name, service, namespace)),
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
            service_account=account(name, service),
            volumes=(
                Volume("bootstrap", ConfigFiles(f"{name}-bootstrap")),
                Volume("tmp", EmptyDir(size=8 << 20)),
                password,
                *secrets,
            ),
        ),
        configs=(Config(f"{name}-bootstrap", files, released=True),), origin=place,
    )  # fmt: skip


def bootstrap_files(
    name: str, service: spec.Postgres, templates: Templates
) -> tuple[tuple[str, str], ...]:
    """Return the script, its SQL and what is declared; none contains a password."""
    return (
        ("bootstrap.sh", templates.text("kinds/postgres/bootstrap.sh.j2")),
        (
            "bootstrap.sql",
            templates.text("kinds/postgres/bootstrap.sql.j2", **_values(name, service)),
        ),
        ("declared.json", as_json(declared(name, service)) + "\n"),
        ("replication.sql", bootstrap_sql(service, templates)),
    )


def whole_sql(name: str, service: spec.Postgres, templates: Templates) -> str:
    """Return the SQL of the job in one text for psql, with what is declared.

    It contains no password: it sets those whose files it can read, as in the pod of the job.
    """
    return templates.text(
        "kinds/postgres/bootstrap.sql.j2",
        **_values(name, service, as_json(declared(name, service))), **of_replication(service),
    )  # fmt: skip


def _values(name: str, service: spec.Postgres, inlined: str | None = None) -> dict[str, Any]:
    """Return the values of the SQL; what is declared is a file beside it, unless it is given."""
    own = ((role, stated.password) for role, stated in sorted(service.roles.items()))
    system = ((role.name, role.password) for role in system_roles(name, service))
    return {
        "service": name, "declared": inlined, "pooler": _lookup(service),
        "databases": [key for key in declared(name, service) if key != SERVER],
        "passwords": [
            (role, f"{_ROLES}/{password}")
            for role, password in (*own, *system)
            if password is not None
        ],
    }  # fmt: skip


def _lookup(service: spec.Postgres) -> LookupSql | None:
    """Return what PgBouncer needs in the server; its module is imported where there is one."""
    if service.pooler is None or service.operated:
        return None
    from platc_compiler.lower.postgres.pooler import lookup_sql

    return lookup_sql(service.pooler)


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
