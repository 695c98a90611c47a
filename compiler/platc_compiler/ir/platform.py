"""The platform as a whole."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Literal

from msgspec import Struct, field

from platc_compiler.diagnostics import Origin
from platc_compiler.ir.certificates import Certificate
from platc_compiler.ir.dashboards import Dashboard, DashboardServer
from platc_compiler.ir.entries import HttpEntry, PortEntry
from platc_compiler.ir.migrations import Migration
from platc_compiler.ir.network import Edge, Link, Offer, Pods
from platc_compiler.ir.observability import (
    Alert,
    Exporter,
    Metric,
    Monitor,
    Notifier,
    Prober,
    Recording,
    ScrapeJob,
)
from platc_compiler.ir.operated import Operated
from platc_compiler.ir.pipelines import Pipeline, Runner
from platc_compiler.ir.pods import Amounts
from platc_compiler.ir.recovery import ClusterBackup, DatabaseBackup, Hook
from platc_compiler.ir.sessions import SessionLimit, Sessions
from platc_compiler.ir.workloads import Rights, Workload
from platc_spec.platform import Spec


class Quota(Struct, frozen=True, kw_only=True):
    """The sums for the pods of a namespace, and the default and maximum of a container."""

    requests: Amounts
    limits: Amounts
    pods: int
    container_default: Amounts
    container_maximum: Amounts


class Namespace(Struct, frozen=True, kw_only=True):
    """A namespace that platc creates."""

    name: str
    labels: tuple[tuple[str, str], ...] = ()
    annotations: tuple[tuple[str, str], ...] = ()
    pod_security: str | None = None
    """The Pod Security level; a pass sets it when platform.yaml states none."""
    quota: Quota | None = None
    origin: Origin


class Fetched(Struct, frozen=True, kw_only=True):
    """A store out of which the values of a Secret come."""

    store: str
    of_cluster: bool
    """Whether the store is of the whole cluster (ClusterSecretStore)."""
    refresh: timedelta
    """How often new values are looked for."""
    entries: tuple[tuple[str, str, str | None, str | None], ...]
    """Each key, with the entry of the store, its field and its version."""


class Secret(Struct, frozen=True, kw_only=True):
    """A declared Secret in one namespace."""

    name: str
    namespace: str
    keys: tuple[str, ...]
    type: str
    scope: str
    source: Literal["sealed", "existing"] | Fetched = "sealed"
    """Where its values come from; somebody else makes an existing one."""
    origin: Origin

    @property
    def sealed(self) -> bool:
        """Whether its values are sealed beside platform.yaml."""
        return self.source == "sealed"


class DatabaseSchema(Struct, frozen=True, kw_only=True):
    """A schema of a database, for a service that keeps its tables in it."""

    name: str
    owner: str
    """The role that owns it."""
    password: tuple[str, str] | None
    """Secret and key of the owner's password."""


class Authority(Struct, frozen=True, kw_only=True):
    """The CA of a server's certificate, as a key of a secret."""

    secret: str
    key: str
    namespace: str
    """The namespace of the server, where the secret is."""
    declared: bool
    """Whether platform.yaml declares the secret: it can then be in further namespaces."""
    origin: Origin


class Database(Struct, frozen=True, kw_only=True):
    """A database that other services can use."""

    service: str
    name: str
    owner: str
    """The role that owns it."""
    password: tuple[str, str] | None
    """Secret and key of the owner's password."""
    schemas: tuple[DatabaseSchema, ...] = ()
    """Its schemas with ``public``."""
    authority: Authority | None = None
    """The CA that signs the server's certificate; ``None`` where it has no TLS."""


class External(Struct, frozen=True, kw_only=True):
    """A service that platc does not deploy."""

    name: str
    namespace: str | None
    """Its namespace when it runs in the cluster."""
    replicas: int
    requests: Amounts
    """What each replica requests from the nodes of the cluster, when platform.yaml states it."""
    limits: Amounts
    counted: bool
    """Whether platform.yaml states its requests and limits."""
    peers: tuple[str, ...] | None = None
    """The ports on which its pods connect to each other; ``None`` for all, if it has several."""
    origin: Origin


class Included(Struct, frozen=True):
    """A Kubernetes object that somebody else wrote."""

    body: dict[str, Any]
    """As it was written, with its namespace."""
    entry: str
    """The entry of ``include`` that brings it."""
    workload: tuple[str, str] | None
    """Namespace and name of the workload whose pods it makes, if it makes any."""
    origin: Origin


class Fragment(Struct, frozen=True, kw_only=True):
    """What one service becomes."""

    workloads: tuple[Workload, ...] = ()
    rights: tuple[Rights, ...] = ()
    links: tuple[Link, ...] = ()
    edges: tuple[Edge, ...] = ()
    externals: tuple[External, ...] = ()
    metrics: tuple[Metric, ...] = ()
    exporters: tuple[Exporter, ...] = ()
    scrapes: tuple[ScrapeJob, ...] = ()
    recordings: tuple[Recording, ...] = ()
    alerts: tuple[Alert, ...] = ()
    dashboards: tuple[Dashboard, ...] = ()
    monitors: tuple[Monitor, ...] = ()
    notifiers: tuple[Notifier, ...] = ()
    probers: tuple[Prober, ...] = ()
    dashboard_servers: tuple[DashboardServer, ...] = ()
    runners: tuple[Runner, ...] = ()
    database_backups: tuple[DatabaseBackup, ...] = ()
    hooks: tuple[Hook, ...] = ()
    sessions: tuple[Sessions, ...] = ()
    session_limits: tuple[SessionLimit, ...] = ()
    migrations: tuple[Migration, ...] = ()
    http_entries: tuple[HttpEntry, ...] = ()
    port_entries: tuple[PortEntry, ...] = ()
    included: tuple[Included, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    operated: tuple[Operated, ...] = ()


class Platform(Fragment, frozen=True, kw_only=True):
    """The whole platform: the joined fragments of all services, and what belongs to no service."""

    name: str
    spec: Spec
    """The language's view. Targets read parts from it that lowering does not change: the cluster,
    notifications, recovery procedures and patches."""
    namespaces: tuple[Namespace, ...]
    secrets: tuple[Secret, ...]
    offers: tuple[Offer, ...] = ()
    databases: tuple[Database, ...] = ()
    pipelines: tuple[Pipeline, ...] = ()
    task_pods: tuple[Pods, ...] = ()
    """Groups of pods that orchestrators start: workers and tasks."""
    cluster_backups: tuple[ClusterBackup, ...] = ()
    sealed: tuple[dict[str, Any], ...] = field(default=())
    """The SealedSecret objects of the committed file beside platform.yaml."""
