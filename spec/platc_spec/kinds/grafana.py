"""``grafana``: shows the dashboards."""

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import Field, model_validator

from platc_spec.base import (
    Duration,
    Env,
    Lazily,
    Memory,
    Model,
    Refers,
    Resources,
    SecretRef,
    ServiceName,
    Version,
)
from platc_spec.service import DatabaseRef, Dependency, Deployed, Tenant, exposed_url

if TYPE_CHECKING:
    from platc_spec.login import GrafanaLogin
else:
    # Lazily names the model: its module is imported when platform.yaml states one.
    GrafanaLogin = Model

Setting = Annotated[str, Field(pattern=r"^[^\n]*$")] | bool | int | float | None
"""A value of grafana.ini, on one line; ``null`` removes platc's value."""


StandardDashboard = Literal[
    "home", "overview", "services", "etl", "database", "infrastructure", "objectives"
]


class Admin(Model):
    """The first user, an administrator."""

    user: str = "admin"
    """Its name."""
    password: Annotated[
        SecretRef,
        Refers(
            "secret",
            recipe="password",
            renewal="Grafana reads it only when its database is new: run grafana cli admin"
            " reset-admin-password in its pod",
        ),
    ]
    """The declared secret that holds its password."""


class Source(Model):
    """A data source beside the Prometheus servers that Grafana depends on."""

    type: Literal["prometheus", "elasticsearch"]
    """Its type; ``prometheus`` is also that of Thanos, Mimir and VictoriaMetrics."""
    service: Dependency
    """The service, or ``service:port``; Grafana may reach it."""
    scheme: Literal["http", "https"] = "http"
    """How it is reached."""
    path: Annotated[str, Field(pattern=r"^(/[A-Za-z0-9._~-]+)*/?$", max_length=256)] = ""
    """The path below which it answers."""
    interval: Duration = timedelta(minutes=1)
    """How often the samples of a Prometheus are taken."""
    index: Annotated[str, Field(pattern=r"^[^\s,#\\/?\"<>|$]+$", max_length=255)] = "logs-*"
    """The indices or data streams of an Elasticsearch."""
    time_field: Annotated[str, Field(pattern=r"^[A-Za-z0-9_@.-]+$", max_length=255)] = "@timestamp"
    """The field of an Elasticsearch that has the time."""
    user: Annotated[str, Field(pattern=r"^[^\s:$]+$", max_length=255)] | None = None
    """The user to log in as."""
    password: Annotated[SecretRef, Refers("secret", issuer="the data source")] | None = None
    """The declared secret that holds the user's password."""
    tenant: Tenant | None = None
    """The tenant whose samples are asked for, where a Mimir has several (``X-Scope-OrgID``)."""


class Grafana(Deployed):
    """A Grafana with its data sources and dashboards provisioned.

    What people make in it is in SQLite on a volume, or in a declared database.
    """

    kind: Literal["grafana"]
    version: Version = "13.2.3"
    """The version of Grafana."""
    replicas: Annotated[int, Field(ge=1, le=20, strict=True)] = 1
    """How many pods run; several need ``database``. They notify each other of the alerts that they
    have sent, so that each arrives once."""
    database: DatabaseRef | None = None
    """The database of its tables, written ``service/database``; default: SQLite on a volume. It
    logs in as the owner of the database and uses the schema ``public``: it finds its tables in no
    other. It connects directly, because its migrations hold locks of a session."""
    connections: Annotated[int, Field(ge=5, le=1000, strict=True)] = 10
    """How many connections each pod opens to ``database`` at most."""
    storage: Memory = 1 << 30
    """The size of its volume; there is none with ``database``."""
    storage_class: str | None = None
    """The StorageClass of its volume; default: the cluster's default."""
    admin: Admin
    """The first user."""
    login: Annotated[GrafanaLogin, Lazily("platc_spec.login", "GrafanaLogin")] | None = None
    """Login by a Keycloak of the platform; default: only the users that Grafana itself knows."""
    secret_key: (
        Annotated[
            SecretRef,
            Refers(
                "secret",
                recipe="password",
                renewal="Grafana cannot read what it has encrypted with the old key: enter the"
                " credentials of data sources again",
            ),
        ]
        | None
    ) = None
    """The declared secret with which Grafana encrypts values in its database; default: Grafana's
    own key, which is public."""
    datasources: dict[ServiceName, Source] = {}
    """Further data sources, by the name that dashboards use."""
    standard_dashboards: tuple[StandardDashboard, ...] = ()
    """Dashboards of platc's own, with a panel for everything that the platform exports: ``home``
    (the start page), ``overview``, ``database`` and ``infrastructure`` for operators, ``services``
    and ``etl`` for developers, ``objectives`` for management."""
    config: dict[str, dict[str, Setting]] = {}
    """Settings of grafana.ini by section, merged over the generated ones."""
    root_url: str = exposed_url("http://localhost:3000")
    """Its address for people."""
    resources: Resources = Resources()
    """Requests and limits."""
    env: Env = {}
    """Further environment variables."""

    @model_validator(mode="after")
    def _has_one_store(self) -> Self:
        if self.database is None:
            if self.replicas > 1:
                raise ValueError("several replicas share a database: write database:")
            if "connections" in self.model_fields_set:
                raise ValueError("connections is for a database: write database:, or remove it")
        elif stated := {"storage", "storage_class"} & self.model_fields_set:
            raise ValueError(f"with database there is no volume: remove {min(stated)}")
        return self
