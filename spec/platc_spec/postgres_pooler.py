"""``pooler`` of ``postgres``: PgBouncer before the server, and the pools that it keeps."""

import re
from datetime import timedelta
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from platc_spec.base import Config, Duration, Identifier, Model, OwnPassword, Resources, Version

PoolMode = Literal["session", "transaction", "statement"]
"""When a connection to the server goes back to the pool: when the client leaves, when its
transaction ends, or after each statement."""
PoolSize = Annotated[int, Field(ge=1, le=10_000, strict=True)]
"""How many connections a pool keeps to the server."""

OLDEST = (1, 22)
"""Older releases lose prepared statements of JDBC when it discards them (PgBouncer's changelog)."""
EXPORTER_VERSION = "0.12.1"
_RELEASE = re.compile(r"(\d+)\.(\d+)(\.\d+)?")
_SETTING = re.compile(r"[a-z][a-z0-9_]*")


class Pool(Model):
    """The pools of one database: PgBouncer keeps one for each role that uses the database."""

    pool_mode: PoolMode | None = None
    """When a connection goes back to the pool; default: that of the pooler."""
    pool_size: PoolSize | None = None
    """The connections of each of its pools; default: ``default_pool_size``."""
    max_db_connections: PoolSize | None = None
    """The connections of all its pools together; default: no limit but the size of each."""


class PoolerExporter(Model):
    """The exporter of PgBouncer's own figures, beside it in each pod."""

    version: Version = EXPORTER_VERSION
    """The version of pgbouncer_exporter."""
    image: str | None = None
    """Its image, with its tag; default: that of the Prometheus community."""
    resources: Resources = Resources()
    """Requests and limits of its container."""


class Pooler(Model):
    """PgBouncer: many clients share few connections to the server. Services reach it on the port
    ``pooler``, at ``NAME-pooler.NAMESPACE.svc:6432``; the server itself stays at the port ``sql``.
    """

    password: OwnPassword | None = None
    """The password of its role. With CloudNativePG there is none: it logs in with a certificate."""
    role: Annotated[Identifier, Field(max_length=63)] = "pgbouncer"
    """The role with which PgBouncer asks the server for the passwords of other roles."""
    version: Version = "1.25.2"
    """The version of PgBouncer, 1.22 at least."""
    image: str | None = None
    """The image, with its tag; default: that of CloudNativePG. It must have ``/bin/sh``."""
    replicas: Annotated[int, Field(ge=1, le=100, strict=True)] = 1
    """How many pods run; each has pools of its own."""
    resources: Resources = Resources()
    """Requests and limits of PgBouncer's container."""
    pool_mode: PoolMode = "transaction"
    """When a connection goes back to the pool."""
    max_client_conn: Annotated[int, Field(ge=1, le=100_000, strict=True)] = 1000
    """How many clients a pod accepts; it refuses one more."""
    default_pool_size: PoolSize = 20
    """The connections to the server in each pool: there is one for each pair of database and
    role. Clients beyond it wait."""
    reserve_pool_size: Annotated[int, Field(ge=0, le=10_000, strict=True)] = 0
    """Further connections of a pool whose clients have waited for ``reserve_pool_timeout``."""
    max_prepared_statements: Annotated[int, Field(ge=0, le=100_000, strict=True)] = 200
    """How many prepared statements PgBouncer keeps on each connection to the server; 0 turns off
    their support, and programs that prepare statements then fail behind a pool of transactions."""
    query_wait_timeout: Duration = timedelta(minutes=2)
    """How long a client waits for a connection of the pool before it is refused."""
    databases: dict[Identifier, Pool] = {}
    """Settings of the pools of single databases."""
    exporter: PoolerExporter = PoolerExporter()
    """The exporter of its metrics."""
    config: Config = {}
    """Further settings of the section ``[pgbouncer]``, by their names in PgBouncer's manual."""

    @property
    def release(self) -> tuple[int, int]:
        """The first two numbers of the version."""
        match = _RELEASE.fullmatch(self.version)
        return (int(match[1]), int(match[2])) if match else (0, 0)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.release < OLDEST:
            raise ValueError(
                f"version {self.version} is not known; write one such as 1.25.2, 1.22 at least"
            )
        for name, value in self.config.items():
            if not _SETTING.fullmatch(name) or not isinstance(value, (str, int, float)):
                raise ValueError(f"config.{name}: write a setting with a text or a number")
            if not str(value).isprintable():
                raise ValueError(f"config.{name}: a value stands on one line")
        return self
