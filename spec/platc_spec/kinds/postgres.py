"""``postgres``: a PostgreSQL instance with its databases, roles, grants and backup."""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from platc_spec.base import (
    Config,
    Cron,
    Duration,
    Identifier,
    Lazily,
    Memory,
    Model,
    Name,
    OwnPassword,
    Refers,
    Resources,
    SecretRef,
    Shared,
    Version,
)
from platc_spec.service import Dependency, Deployed

if TYPE_CHECKING:
    from platc_spec.postgres_audit import Audit
    from platc_spec.postgres_cloudnative import CloudNativePg
    from platc_spec.postgres_drill import Drill
    from platc_spec.postgres_encryption import Encryption
    from platc_spec.postgres_exporter import PostgresExporter
    from platc_spec.postgres_maintenance import Maintenance
    from platc_spec.postgres_migrations import Migrations
    from platc_spec.postgres_point_in_time import PointInTime
    from platc_spec.postgres_pooler import Pooler
    from platc_spec.postgres_replicas import Replicas
    from platc_spec.postgres_tls import PostgresTls
else:
    # Lazily names the model: its module is imported when platform.yaml states one.
    Audit = Drill = Maintenance = Migrations = Pooler = PostgresExporter = PostgresTls = Model
    CloudNativePg = Encryption = PointInTime = Replicas = Model

_SETTING = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_$]*)?")
_MAJORS = range(13, 19)
"""The major versions whose settings and images are known."""
_WITH_OPTIONS = 16
"""The first version whose memberships have the options INHERIT and SET (its release notes)."""
_VERSION = re.compile(r"[0-9]+(\.[0-9]+)?")
_MAINTENANCE = "platc_spec.postgres_maintenance"
_EXPORTER = "platc_spec.postgres_exporter"
_CLOUDNATIVE = "platc_spec.postgres_cloudnative"
_POINT_IN_TIME = "platc_spec.postgres_point_in_time"
CLOUDNATIVE_PG = "cloudnative-pg"
"""The provider whose operator runs the server."""
CONNECTIONS = "max_connections"
"""The setting that other settings follow from."""
SUPERUSER = "postgres"
"""The role that initdb creates; it is not in ``roles``."""


_LONGEST = 63
"""PostgreSQL cuts longer names (``NAMEDATALEN`` in pg_config_manual.h)."""


def _sql_name(name: str) -> str:
    if not name.isprintable():
        raise ValueError("a name has no line break and no control character")
    size = len(name.encode())
    if not 1 <= size <= _LONGEST:
        raise ValueError(f"a name has 1 to {_LONGEST} bytes, and this one has {size}")
    return name


SqlName = Annotated[str, Shared(AfterValidator(_sql_name))]
"""A name in SQL: any text without control characters that PostgreSQL does not cut."""
PlainName = Annotated[Identifier, Field(max_length=_LONGEST)]
"""A name in SQL that is also a part of file names and addresses."""


def _not(taken: str) -> AfterValidator:
    """Refuse names that match ``taken``."""
    pattern = re.compile(taken)

    def check(name: str) -> str:
        if pattern.fullmatch(name):
            raise ValueError(f"{name!r} is a name that PostgreSQL keeps for itself")
        return name

    return AfterValidator(check)


# check_rolespec_name in src/backend/utils/adt/acl.c and IsReservedName in catalog/catalog.c.
RoleName = Annotated[SqlName, _not("none|public|pg_.*")]
"""A valid name of a role."""
DatabaseName = Annotated[PlainName, _not("postgres|template[01]")]
"""A valid name of a database; initdb creates three databases of its own."""
SchemaName = Annotated[SqlName, _not("information_schema|pg_.*")]
"""A valid name of a schema."""
Limit = Annotated[int, Field(ge=-1, le=10_000, strict=True)]
"""The maximum of simultaneous connections; -1 is no limit."""


def _session_settings(settings: dict[str, object]) -> dict[str, object]:
    for name, value in settings.items():
        if not _SETTING.fullmatch(name):
            raise ValueError(f"{name!r} is no name of a setting")
        items = value if isinstance(value, list) else [value]
        if not all(isinstance(item, (str, int, float)) for item in items):
            raise ValueError(f"{name}: write a text, a number, a boolean or a list of texts")
        if not all(str(item).isprintable() for item in items):
            raise ValueError(f"{name}: a value has no line break and no control character")
    return settings


SessionSettings = Annotated[Config, AfterValidator(_session_settings)]
"""Settings of a session by name. The value of ``search_path`` and of other settings that are lists
is a list, or a text with commas."""


class Membership(Model):
    """A membership with options; a name alone is a membership that inherits."""

    role: SqlName
    """The other role."""
    inherit: bool = True
    """Whether the member has the other role's rights at once, without ``SET ROLE``. ``false`` needs
    PostgreSQL 16."""
    set: bool = True
    """Whether the member may take on the other role by ``SET ROLE``. ``false`` needs PostgreSQL
    16."""
    admin: bool = False
    """Whether the member may make others members."""


class Role(Model):
    """A role; with a password it may log in, without one it is a group of other roles."""

    password: OwnPassword | None = None
    """Its password."""
    connections: Limit = -1
    """The maximum of its simultaneous connections; -1 is no limit."""
    member_of: tuple[SqlName | Membership, ...] = ()
    """The roles whose rights it inherits: other roles of the service, or roles that PostgreSQL
    defines, such as ``pg_monitor``."""
    settings: SessionSettings = {}
    """Settings of its sessions (``ALTER ROLE … SET``), such as ``search_path``: a pooler loses what
    a client sends when it connects, and not these."""
    settings_in: dict[DatabaseName, SessionSettings] = {}
    """Settings of its sessions in one database, by database; they win over ``settings``."""
    replication: bool = False
    """Whether it may stream the write-ahead log, as replicas and change data capture do."""

    @property
    def memberships(self) -> tuple[Membership, ...]:
        """Its memberships, each with its options."""
        return tuple(
            each if isinstance(each, Membership) else Membership(role=each)
            for each in self.member_of
        )


class Schema(Model):
    """A schema, its owner, and the other roles that may use it. Objects that are members of an
    extension keep the rights that the extension gives.
    """

    owner: SqlName | None = None
    """The role that owns it and creates its tables; default: the database's owner."""
    readers: tuple[SqlName, ...] = ()
    """Roles that may read its tables, views and sequences and call its functions, including later
    ones."""
    writers: tuple[SqlName, ...] = ()
    """Roles that may also change the rows of its tables, but not the tables, and that may not
    truncate them."""


class Extension(Model):
    """An extension of a database."""

    schema_: Annotated[SqlName | None, Field(alias="schema")] = None
    """The schema of its objects; default: ``public``, or the one that the extension prescribes."""


class PostgresDatabase(Model):
    """A database; only the roles that are named in it can connect to it. Everybody's right to
    connect and to make temporary tables, and to create in its schema ``public``, is revoked.
    """

    owner: SqlName
    """The role that owns it."""
    schemas: dict[SchemaName, Schema] = {}
    """Its schemas beside ``public``."""
    connect: tuple[SqlName, ...] = ()
    """Roles that may connect, beside those that its schemas name."""
    create: tuple[SqlName, ...] = ()
    """Roles that may also create schemas."""
    temporary: tuple[SqlName, ...] = ()
    """Roles that may also make temporary tables; the owner may always."""
    connections: Limit = -1
    """The maximum of simultaneous connections to it; -1 is no limit."""
    settings: SessionSettings = {}
    """Settings of the sessions in it (``ALTER DATABASE … SET``)."""
    extensions: dict[SqlName, Extension | None] = {}
    """Its extensions, of those in the image. An extension that is removed here is not dropped,
    because columns may have its types."""


Issued = Annotated[SecretRef, Refers("secret", issuer="the object store")]
"""A part of the key of an account of the object store."""
# Only initdb reads POSTGRES_PASSWORD_FILE (docker-library/postgres, docker-entrypoint.sh).
SuperuserPassword = Annotated[
    SecretRef,
    Refers(
        "secret",
        recipe="password",
        renewal="PostgreSQL reads it only when its volume is new: before the new value is applied,"
        " run ALTER ROLE postgres PASSWORD with it",
    ),
]
"""The password that initdb gives to the superuser."""


class S3Credentials(Model):
    """The key of an account with the rights to write, list and delete in the bucket."""

    access_key_id: Issued
    """The key's id."""
    secret_access_key: Issued
    """The key itself."""


class DumpBackup(Model):
    """Scheduled dumps of every database to an object store. Each is verified, uploaded, compared,
    and deleted by age, except the newest of each database.
    """

    schedule: Cron
    """The schedule, in UTC."""
    to: Dependency
    """The object store, an external service that speaks S3."""
    bucket: Annotated[
        str,
        Field(
            pattern=r"^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9_.=/-]*[A-Za-z0-9_.=-])?$"
        ),
    ]
    """The target, written ``s3://bucket/prefix``."""
    credentials: S3Credentials | None = None
    """The key; without it, the role that the node gives to its pods."""
    region: Annotated[str | None, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$")] = None
    """The bucket's region."""
    endpoint: Annotated[
        str | None,
        Field(pattern=r"^https?://([A-Za-z0-9][A-Za-z0-9.-]*|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?$"),
    ] = None
    """The address of the object store; default: that of ``to``, over TLS."""
    encryption: (
        Annotated[Encryption, Lazily("platc_spec.postgres_encryption", "Encryption")] | None
    ) = None
    """How the object store encrypts the dumps; default: as the bucket does by itself."""
    keep: Duration = timedelta(days=30)
    """How long a dump is kept."""
    deadline: Duration = timedelta(minutes=20)
    """The longest duration of a run; a longer run has failed."""
    scratch: Memory = 2 << 30
    """Space for the dumps on the node's disk during a run."""
    image: str = "amazon/aws-cli:2.36.7"
    """The image with the S3 client, with its tag."""
    point_in_time: Annotated[PointInTime, Lazily(_POINT_IN_TIME, "PointInTime")] | None = None
    """Restores to any moment, beside the dumps; default: to the moments of the dumps."""


class Postgres(Deployed):
    """PostgreSQL: one server that writes, and replicas that follow it."""

    kind: Literal["postgres"]
    provider: Literal["platc", "cloudnative-pg"] = "platc"
    """What runs the server: a StatefulSet of platc's own, or the operator CloudNativePG 1.30, which
    the cluster must have; it promotes a replica when the primary is lost."""
    operator: Annotated[CloudNativePg, Lazily(_CLOUDNATIVE, "CloudNativePg")] | None = None
    """The pods of the operator that ``provider`` names; default: those in ``cnpg-system``."""
    version: Version = "18.6"
    """The version; a major alone means the newest minor that this platc knows."""
    storage: Memory
    """The volume of the data."""
    storage_class: str | None = None
    """Its StorageClass; default: the cluster's default."""
    resources: Resources = Resources()
    """Requests and limits; platc derives the memory settings of postgresql.conf from them."""
    superuser_password: SuperuserPassword
    """The password of ``postgres``; it is set when the volume is new."""
    databases: dict[DatabaseName, PostgresDatabase] = {}
    """The databases, by name."""
    roles: dict[RoleName, Role] = {}
    """The roles, by name."""
    backup: DumpBackup | None = None
    """Dumps to an object store."""
    exporter: Annotated[PostgresExporter, Lazily(_EXPORTER, "PostgresExporter")] | None = None
    """Metrics, alerts and a dashboard of the server."""
    tls: Annotated[PostgresTls, Lazily("platc_spec.postgres_tls", "PostgresTls")] | None = None
    """TLS of the server; default: none."""
    audit: Annotated[Audit, Lazily("platc_spec.postgres_audit", "Audit")] | None = None
    """The audit log; default: none."""
    maintenance: Annotated[Maintenance, Lazily(_MAINTENANCE, "Maintenance")] | None = None
    """Regular maintenance by a job; default: autovacuum alone."""
    pooler: Annotated[Pooler, Lazily("platc_spec.postgres_pooler", "Pooler")] | None = None
    """PgBouncer before the server."""
    replicas: Annotated[Replicas, Lazily("platc_spec.postgres_replicas", "Replicas")] | None = None
    """Servers that follow this one and answer queries that only read."""
    drill: Annotated[Drill, Lazily("platc_spec.postgres_drill", "Drill")] | None = None
    """A scheduled proof that the dumps can be restored."""
    migrations: dict[
        Annotated[Name, Field(max_length=20)],
        Annotated[Migrations, Lazily("platc_spec.postgres_migrations", "Migrations")],
    ] = {}
    """SQL files that make the tables of a schema, in the order of their versions."""
    config: Config = {}
    """Settings of postgresql.conf, merged over the generated ones."""

    @property
    def operated(self) -> bool:
        """Whether CloudNativePG runs the server."""
        return self.provider == CLOUDNATIVE_PG

    @property
    def archive(self) -> PointInTime | None:
        """What the archive of its log is to be; ``None`` where it has none."""
        return self.backup.point_in_time if self.backup else None

    @property
    def major(self) -> int:
        """The major version."""
        return int(self.version.split(".")[0])

    @model_validator(mode="after")
    def _settings(self) -> Self:
        for name, value in self.config.items():
            if not _SETTING.fullmatch(name) or not str(value).isprintable():
                raise ValueError(f"config: {name!r} is no setting of postgresql.conf")
            if not isinstance(value, (str, int, float)):
                raise ValueError(  # noqa: TRY004 - Pydantic takes it for a fault of the value
                    f"config.{name}: a setting is a text, a number or a boolean"
                )
        if not str(self.config.get(CONNECTIONS, 1)).isdigit():
            raise ValueError(f"config.{CONNECTIONS}: write a number")
        return self

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if not _VERSION.fullmatch(self.version) or self.major < _MAJORS[0]:
            raise ValueError(
                f"version {self.version} is not known; write one such as 18 or 18.6, 13 at least"
            )
        if self.major not in _MAJORS and self.image is None:
            raise ValueError(f"version {self.version} is not known: name its image:")
        if SUPERUSER in self.roles:
            raise ValueError(f"{SUPERUSER} is the superuser: its password is superuser_password")
        return self

    @model_validator(mode="after")
    def _of_the_provider(self) -> Self:
        if self.operated:
            return self
        if self.backup is not None and not self.databases:
            raise ValueError("a backup without databases: there is nothing to dump")
        if self.operator is not None:
            raise ValueError(f"operator is for provider: {CLOUDNATIVE_PG}")
        for key, part in (("replicas", self.replicas), ("pooler", self.pooler)):
            if part is not None and part.password is None:
                raise ValueError(f"{key} needs a password, with which it logs in to the server")
        return self

    @model_validator(mode="after")
    def _memberships(self) -> Self:
        members = {name: role.memberships for name, role in self.roles.items() if role.member_of}
        if not members:
            return self
        for name, groups in members.items():
            if self.major < _WITH_OPTIONS and not all(each.inherit and each.set for each in groups):
                raise ValueError(
                    f"the options inherit and set of a membership of {name!r} need version"
                    f" {_WITH_OPTIONS}, and this is {self.major}"
                )
        from graphlib import CycleError, TopologicalSorter

        try:
            TopologicalSorter(
                {name: [each.role for each in groups] for name, groups in members.items()}
            ).prepare()
        except CycleError as fault:
            way = " → ".join(reversed(fault.args[1]))
            raise ValueError(f"roles are members of each other: {way}") from None
        return self

    def session_settings(self) -> Iterator[tuple[Mapping[str, object], tuple[str, ...]]]:
        """Yield the settings of roles and databases, each with its path in the service."""
        for name, role in self.roles.items():
            yield role.settings, ("roles", name, "settings")
            for database, settings in role.settings_in.items():
                yield settings, ("roles", name, "settings_in", database)
        for name, database_ in self.databases.items():
            yield database_.settings, ("databases", name, "settings")
