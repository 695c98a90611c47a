"""Lowering of ``postgres``: the server, the job that creates databases and roles, the backup."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from platc_compiler.ir.labels import selector_labels
from platc_compiler.ir.network import Offer, Pods
from platc_compiler.ir.platform import Database, DatabaseSchema, Fragment
from platc_compiler.ir.workloads import Workload
from platc_compiler.lower.dependencies import dependency_links
from platc_compiler.lower.kind import Context, Kind, Offering
from platc_compiler.lower.origins import service_origin
from platc_compiler.lower.ports import port_offers, service_host
from platc_compiler.lower.postgres.backup import backup
from platc_compiler.lower.postgres.bootstrap import bootstrap
from platc_compiler.lower.postgres.names import PORTS
from platc_compiler.lower.postgres.replicas import offers as replica_offers
from platc_compiler.lower.postgres.replicas import replicas
from platc_compiler.lower.postgres.server import hook, server
from platc_compiler.lower.postgres.session_limit import session_limit
from platc_compiler.lower.postgres.tls import authority, certificates, client, secured
from platc_spec.kinds import postgres as spec
from platc_spec.secret_references import SecretReference, parse_reference


def offer(name: str, service: spec.Postgres, namespace: str) -> Offering:
    """Offer the ports, and each database with its owner and the owner's password."""
    return Offering(
        _offers(name, service, namespace),
        tuple(
            Database(
                service=name, name=key, owner=database.owner,
                password=_password(service.roles.get(database.owner)),
                schemas=tuple(_schemas(service, database)),
                authority=authority(name, service, namespace),
            )
            for key, database in service.databases.items()
        ),
    )  # fmt: skip


def _offers(name: str, service: spec.Postgres, namespace: str) -> tuple[Offer, ...]:
    if service.operated:
        from platc_compiler.lower.postgres.cloudnative import offers

        return offers(name, service, namespace)
    pods = Pods(name, namespace, selector_labels("postgres", name, "main"))
    return (
        *port_offers(name, service_host(name, namespace), pods, PORTS),
        *replica_offers(name, service, namespace),
        *(_pooler_offers(name, namespace) if service.pooler else ()),
    )


def _schemas(service: spec.Postgres, database: spec.PostgresDatabase) -> Iterator[DatabaseSchema]:
    owners = {"public": database.owner}
    owners |= {name: each.owner or database.owner for name, each in database.schemas.items()}
    for name, owner in owners.items():
        password = _password(service.roles.get(owner))
        yield DatabaseSchema(name=name, owner=owner, password=password)


def _pooler_offers(name: str, namespace: str) -> tuple[Offer, ...]:
    """Return the port of the pooler; its module is imported where there is one."""
    from platc_compiler.lower.postgres.pooler import PORT, pods

    own = pods(name, namespace)
    return port_offers(name, service_host(own.name, namespace), own, (PORT,))


def _pooler(name: str, service: spec.Postgres, context: Context) -> Fragment:
    from platc_compiler.lower.postgres.pooler import pooler

    return pooler(name, service, context)


def _password(owner: spec.Role | None) -> SecretReference | None:
    if owner is None or owner.password is None:
        return None
    return parse_reference(owner.password)


def lower(name: str, service: spec.Postgres, context: Context) -> Fragment:
    """Return the server with its backup, and what works on it as any client does."""
    served = (_operated if service.operated else _served)(name, service, context)
    job, from_job = bootstrap(name, service, context)
    watch = _exporter(name, service, context)
    care = _maintenance(name, service, context)
    changed = _migrations(name, service, context)
    return replace(
        served,
        workloads=(
            *served.workloads,
            *secured((job, *care.workloads), client(name, service)),
            *watch.workloads,
            *changed.workloads,
        ),
        links=(*served.links, *from_job, *watch.links, *care.links, *changed.links),
        exporters=(*watch.exporters, *served.exporters),
        alerts=(*served.alerts, *watch.alerts),
        dashboards=watch.dashboards,
        session_limits=(session_limit(name, service), *served.session_limits),
        migrations=changed.migrations,
    )


def _operated(name: str, service: spec.Postgres, context: Context) -> Fragment:
    """Return a server that an operator runs; its module is imported where there is one."""
    from platc_compiler.lower.postgres.cloudnative import operated

    return operated(name, service, context)


def _served(name: str, service: spec.Postgres, context: Context) -> Fragment:
    """Return a server of platc's own, with its replicas, its pooler, its backup and its drill."""
    namespace = context.namespace(service)
    instance = server(name, service, namespace, context.templates)
    copies = backup(name, service, context) if service.backup else Fragment()
    pools = _pooler(name, service, context) if service.pooler else Fragment()
    proof = _drill(name, service, context)
    followers = replicas(name, service, instance, context.templates)
    instance, past = _point_in_time(name, service, instance, context)
    return Fragment(
        workloads=(
            instance,
            *secured((*copies.workloads, *past.workloads), client(name, service)),
            *pools.workloads,
            *followers.workloads,
            *proof.workloads,
        ),
        certificates=certificates(name, service, context),
        links=(
            *dependency_links(
                service.depends_on, instance.endpoint, service_origin(name, "depends_on")
            ),
            *copies.links,
            *past.links,
            *pools.links,
            *followers.links,
            *proof.links,
        ),
        exporters=pools.exporters,
        alerts=(*copies.alerts, *past.alerts, *proof.alerts, *pools.alerts),
        sessions=pools.sessions,
        session_limits=pools.session_limits,
        database_backups=copies.database_backups,
        hooks=(hook(instance),),
    )


def _exporter(name: str, service: spec.Postgres, context: Context) -> Fragment:
    if service.exporter is None:
        return Fragment()
    from platc_compiler.lower.postgres.exporter import exporter

    return exporter(name, service, context)


def _point_in_time(
    name: str, service: spec.Postgres, instance: Workload, context: Context
) -> tuple[Workload, Fragment]:
    """Return the server as it is archived, and what copies and restores it."""
    if service.archive is None:
        return instance, Fragment()
    from platc_compiler.lower.postgres.point_in_time import archived, point_in_time

    instance = archived(instance, name, service, context)
    return instance, point_in_time(name, service, instance, context)


def _maintenance(name: str, service: spec.Postgres, context: Context) -> Fragment:
    if service.maintenance is None:
        return Fragment()
    from platc_compiler.lower.postgres.maintenance import maintenance

    return maintenance(name, service, service.maintenance, context)


def _migrations(name: str, service: spec.Postgres, context: Context) -> Fragment:
    if not service.migrations:
        return Fragment()
    from platc_compiler.lower.postgres.migrations import migrations

    return migrations(name, service, context)


def _drill(name: str, service: spec.Postgres, context: Context) -> Fragment:
    if service.drill is None:
        return Fragment()
    from platc_compiler.lower.postgres.drill import drill

    return drill(name, service, context)


POSTGRES = Kind("postgres", spec.Postgres, lower, offer)
