"""Who logs in to a database as a role of a schema starts when its migrations have been run."""

from __future__ import annotations

from msgspec.structs import replace

from platc_compiler.ir.migrations import Login, Migration
from platc_compiler.ir.network import Edge, Offer, Pods
from platc_compiler.ir.platform import Platform
from platc_compiler.ir.pods import Container, Env, Pod, SecretKey
from platc_compiler.ir.secret_uses import uses_of_pod
from platc_compiler.ir.workloads import CronJob, DaemonSet, Deployment, StatefulSet, Workload


def migrated(platform: Platform) -> Platform:
    """Add an init container to each workload that uses a schema with migrations.

    A workload uses a schema if it may connect to the server, and takes the password of a role of
    the schema. It waits with this role, at the port that it connects to. Jobs start at once: they
    are named by what they run, and fail and run again.
    """
    if not platform.migrations:
        return platform
    workloads = tuple(_waiting(workload, platform) for workload in platform.workloads)
    return replace(platform, workloads=workloads)


def _waiting(workload: Workload, platform: Platform) -> Workload:
    kinds = (Deployment, StatefulSet, DaemonSet, CronJob)
    if not isinstance(workload.controller, kinds):
        return workload
    waits = []
    for migration in platform.migrations:
        if workload.service != migration.service:
            login = _login(workload, migration)
            offer = _offer(workload, migration, platform)
            if login is not None and offer is not None:
                waits.append(_container(migration, login, offer))
    if not waits:
        return workload
    return replace(workload, pod=_with(workload.pod, tuple(waits)))


def _with(pod: Pod, waits: tuple[Container, ...]) -> Pod:
    return replace(pod, init=(*waits, *pod.init))


def _login(workload: Workload, migration: Migration) -> Login | None:
    used = {(use.secret, use.key) for use in uses_of_pod(workload.pod, workload.namespace, ())}
    return next((each for each in migration.logins if (each.secret, each.key) in used), None)


def _offer(workload: Workload, migration: Migration, platform: Platform) -> Offer | None:
    """Return the first port of the server that the workload may connect to."""
    offers = [offer for offer in platform.offers if offer.service == migration.service]
    reached = {(edge.target, edge.port) for edge in platform.edges if _is_from(edge, workload)}
    return next((o for o in offers if (o.endpoint, o.number) in reached), None)


def _is_from(edge: Edge, workload: Workload) -> bool:
    source = edge.source
    return (
        isinstance(source, Pods)
        and edge.reason == "depends_on"
        and source.namespace == workload.namespace
        and set(source.labels) <= set(workload.selector)
    )


def _container(migration: Migration, login: Login, offer: Offer) -> Container:
    place = migration.origin
    return replace(
        migration.wait,
        env=(
            Env("PGHOST", offer.host),
            Env("PGPORT", str(offer.public or offer.number)),
            Env("PGUSER", login.role),
            Env("PGPASSWORD", SecretKey(login.secret, login.key, place)),
            *migration.wait.env,
        ),
    )
