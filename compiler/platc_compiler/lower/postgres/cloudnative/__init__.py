"""A server that the operator CloudNativePG runs: its objects, its pods and their connections."""

from __future__ import annotations

from platc_compiler.ir.network import Offer
from platc_compiler.ir.platform import Fragment
from platc_compiler.lower.dependencies import dependency_links
from platc_compiler.lower.kind import Context
from platc_compiler.lower.origins import service_origin
from platc_compiler.lower.ports import service_host
from platc_compiler.lower.postgres.cloudnative.alerts import alerts, exporters
from platc_compiler.lower.postgres.cloudnative.backup import backup
from platc_compiler.lower.postgres.cloudnative.cluster import cluster
from platc_compiler.lower.postgres.cloudnative.databases import databases
from platc_compiler.lower.postgres.cloudnative.instances import edges, hook, workload
from platc_compiler.lower.postgres.cloudnative.names import instances
from platc_compiler.lower.postgres.cloudnative.pooler import offers as pooler_offers
from platc_compiler.lower.postgres.cloudnative.pooler import pooler
from platc_compiler.lower.postgres.names import PORT
from platc_compiler.lower.postgres.passwords import read
from platc_compiler.lower.postgres.replicas import PORT_NAME
from platc_compiler.lower.postgres.server import DEFAULT
from platc_compiler.lower.postgres.tls import certificates, volume
from platc_compiler.lower.resources import stated_resources
from platc_spec.kinds import postgres as spec


def offers(name: str, service: spec.Postgres, namespace: str) -> tuple[Offer, ...]:
    """Return the ports at the Services that the operator makes: who writes, who reads, anybody.

    Behind each of them are the same pods, because any of them may become the one that writes.
    """
    pods = instances(name, namespace)
    ports = {"sql": "rw", **({PORT_NAME: "ro"} if service.replicas else {}), "any": "r"}
    return (
        *(
            Offer(name, port, pods, PORT, "TCP", service_host(f"{name}-{ending}", namespace))
            for port, ending in ports.items()
        ),
        *pooler_offers(name, service, namespace),
    )


def operated(name: str, service: spec.Postgres, context: Context) -> Fragment:
    """Return what the operator is told, and the pods that it makes of it."""
    namespace = context.namespace(service)
    resources = stated_resources(service.resources, DEFAULT, service_origin(name, "resources"))
    secrets = (*read(name, service, context.spec.secrets), *volume(name, service)[0])
    pods = workload(name, service, namespace, resources, secrets)
    copies, pools = backup(name, service, context), pooler(name, service, context)
    return Fragment(
        workloads=(pods, *pools.workloads),
        operated=(
            cluster(name, service, resources, context),
            *databases(name, service, context),
            *copies.operated,
            *pools.operated,
        ),
        certificates=certificates(name, service, context),
        edges=(*edges(name, service, namespace), *pools.edges),
        links=(
            *dependency_links(
                service.depends_on, pods.endpoint, service_origin(name, "depends_on")
            ),
            *copies.links,
            *pools.links,
        ),
        exporters=exporters(name, service),
        alerts=alerts(name, service),
        sessions=pools.sessions,
        session_limits=pools.session_limits,
        database_backups=copies.database_backups,
        hooks=(hook(pods),),
    )
