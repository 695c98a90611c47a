"""Grafana's tables in a declared database, and the replicas that this makes possible.

Sources: pkg/services/sqlstore/database_config.go (the settings), pkg/services/sqlstore/migrator
(advisory locks of a session while it migrates: no pool of transactions between), and
pkg/util/xorm/dialect_postgres.go of grafana/grafana: it looks for its tables in the schema
``public`` only, so with another ``search_path`` every start would migrate again.
Replicas: grafana.com, "Set up Grafana for high availability" and "Enable alerting high
availability".
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from platc_compiler.ir.network import Edge, Link, Pods
from platc_compiler.ir.platform import Database
from platc_compiler.ir.pods import Mount, Port, SecretFiles, SecretKey, Volume
from platc_compiler.lower.kind import Context
from platc_compiler.lower.origins import service_origin
from platc_spec.kinds import grafana as spec

PEERS = (Port("peers", 9094), Port("peers-udp", 9094, "UDP"))
"""``[unified_alerting] ha_listen_address``: the replicas agree on who notifies, by both."""
_TLS = "/etc/grafana-database"
_LIFETIME = 3600
"""Seconds after which a connection is opened anew: with a renewed password or certificate."""


class Store(Struct, frozen=True, kw_only=True):
    """What Grafana needs for its tables."""

    settings: dict[str, dict[str, Any]]
    """Of grafana.ini, by section."""
    password: SecretKey | None = None
    volumes: tuple[Volume, ...] = ()
    mounts: tuple[Mount, ...] = ()
    links: tuple[Link, ...] = ()
    edges: tuple[Edge, ...] = ()


def store(name: str, service: spec.Grafana, pods: Pods, context: Context) -> Store:
    """Return it for SQLite, or for the declared database."""
    if service.database is None:
        return Store(settings={"database": {"type": "sqlite3", "cache_mode": "private"}})
    place, replicas = service_origin(name, "database"), service_origin(name, "replicas")
    database = context.database(service.database)
    server = context.offer(database.service)
    mode, volumes, mounts = _certificate(database, context.namespace(service), context)
    settings: dict[str, dict[str, Any]] = {
        "database": {
            "type": "postgres", "host": server.host, "port": server.public or server.number,
            "name": database.name, "user": database.owner, "max_open_conn": service.connections,
            "max_idle_conn": 2, "conn_max_lifetime": _LIFETIME, **mode,
        },
    }  # fmt: skip
    if service.replicas > 1:
        number = PEERS[0].number
        settings["unified_alerting"] = {
            "ha_listen_address": f"0.0.0.0:{number}",
            "ha_peers": f"{name}-pods.{context.namespace(service)}.svc:{number}",
        }
    return Store(
        settings=settings,
        password=SecretKey(*database.password, place) if database.password else None,
        volumes=volumes, mounts=mounts, links=(Link(pods, database.service, None, place),),
        edges=tuple(
            Edge(pods, pods, port.number, port.protocol, "replicas", replicas)
            for port in (PEERS if service.replicas > 1 else ())
        ),
    )  # fmt: skip


def _certificate(
    database: Database, namespace: str, context: Context
) -> tuple[dict[str, str], tuple[Volume, ...], tuple[Mount, ...]]:
    """Return how it checks the server's certificate: only where its pods can have the CA."""
    authority = database.authority
    if authority is None:
        return {"ssl_mode": "disable"}, (), ()
    declared = context.spec.secrets.get(authority.secret) if authority.declared else None
    known = context.spec.namespaces_of(declared) if declared else (authority.namespace,)
    if namespace not in known:
        return {"ssl_mode": "require"}, (), ()
    files = SecretFiles(authority.secret, (authority.key,), authority.origin)
    return (
        {"ssl_mode": "verify-full", "ca_cert_path": f"{_TLS}/{authority.key}"},
        (Volume("database-ca", files),),
        (Mount("database-ca", _TLS, read_only=True),),
    )
