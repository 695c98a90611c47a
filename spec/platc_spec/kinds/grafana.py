"""``grafana``: shows the dashboards."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field

from platc_spec.base import (
    Duration,
    Env,
    Memory,
    Model,
    Refers,
    Resources,
    SecretRef,
    ServiceName,
    Version,
)
from platc_spec.service import Dependency, Deployed, exposed_url

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


class Grafana(Deployed):
    """A Grafana with SQLite on a volume, its data sources and dashboards provisioned."""

    kind: Literal["grafana"]
    version: Version = "13.2.3"
    """The version of Grafana."""
    storage: Memory = 1 << 30
    """The size of its volume."""
    storage_class: str | None = None
    """The StorageClass of its volume; default: the cluster's default."""
    admin: Admin
    """The first user."""
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
