"""The pods that CloudNativePG makes, as the rest of the compiler knows pods.

A job that makes the volume of an instance ends before the operator starts the instance, and the
operator makes one instance at a time: there are never more pods than instances.
Source: internal/controller/cluster_create.go of its release 1.30, ``joinReplicaInstance``.
"""

from __future__ import annotations

from datetime import timedelta

from platc_compiler.diagnostics import Origin
from platc_compiler.ir.network import ApiServer, Edge
from platc_compiler.ir.pods import (
    Claim,
    Container,
    EmptyDir,
    HttpGet,
    Pod,
    Probe,
    Resources,
    Volume,
)
from platc_compiler.ir.recovery import Hook
from platc_compiler.ir.workloads import Operator, Scrape, Workload
from platc_compiler.lower.origins import service_origin
from platc_compiler.lower.ports import exposure
from platc_compiler.lower.postgres.cloudnative.names import (
    METRICS,
    PORTS,
    STATUS,
    USER,
    VERSION,
    count,
    instance_labels,
    instances,
    jobs,
    operator,
)
from platc_compiler.lower.postgres.names import PORT, image, version
from platc_spec.kinds import postgres as spec

SCRATCH = 256 << 20
"""Bytes for the instance manager's own program, its logs and temporary files."""
_STOP = 1800
"""Seconds that a server may take to stop: the default of ``stopDelay``."""
API_PORT = 6443
"""The port of the API server's endpoints, where no other is stated."""


def workload(
    name: str,
    service: spec.Postgres,
    namespace: str,
    resources: Resources,
    read: tuple[Volume, ...],
) -> Workload:
    """Return the instances; ``read`` are the Secrets that they read."""
    probe = HttpGet("/healthz", STATUS, "HTTPS")
    container = Container(
        name="postgres", image=image(service), ports=PORTS, resources=resources,
        startup=Probe(handler=probe, failures=360), liveness=Probe(handler=probe),
        readiness=Probe(handler=HttpGet("/readyz", STATUS, "HTTPS")), origin=service_origin(name),
    )  # fmt: skip
    claim = Claim(
        size=service.storage, storage_class=service.storage_class,
        origin=service_origin(name, "storage"),
    )  # fmt: skip
    return Workload(
        name=name, namespace=namespace, service=name, app="postgresql", component="database",
        version=version(service), controller=Operator(kind="Cluster", replicas=count(service)),
        pod=Pod(
            init=(bring(resources, service_origin(name)),), containers=(container,), user=USER,
            group=USER, fs_group=USER, grace=_STOP, security="restricted",
            volumes=(
                Volume("pgdata", claim),
                Volume("scratch-data", EmptyDir(size=SCRATCH)),
                Volume("shm", EmptyDir(size=shared(resources), memory=True)),
                *read,
            ),
        ),
        exposures=tuple(exposure(f"{name}-{each}", PORTS[:1]) for each in ("rw", "ro", "r")),
        scrape=Scrape(port=METRICS, job=job(name)), selected_by=instance_labels(name),
        origin=service_origin(name),
    )  # fmt: skip


def bring(resources: Resources, place: Origin) -> Container:
    """Return the container that brings the operator's program, which has a server's resources."""
    return Container(
        name="bootstrap-controller", image=f"ghcr.io/cloudnative-pg/cloudnative-pg:{VERSION}",
        resources=resources, origin=place,
    )  # fmt: skip


def job(name: str) -> str:
    """Return the name of the job that scrapes the instances."""
    return f"{name}-instances"


def shared(resources: Resources) -> int:
    """Return the size of the volume of shared memory, a quarter of the memory that is sure."""
    known = [a.memory for a in (resources.requests, resources.limits) if a.memory is not None]
    return min(known, default=512 << 20) // 4


def edges(name: str, service: spec.Postgres, namespace: str) -> tuple[Edge, ...]:
    """Return the connections of the operator, of the instances among each other, and to the API.

    The operator asks each instance at its status port and nowhere else. Instances ask each other
    there whether they can be reached, before they take themselves for cut off.
    """
    place, own, making = service_origin(name), instances(name, namespace), jobs(name, namespace)
    several = (
        (
            Edge(own, own, PORT, "TCP", "replication", place),
            Edge(own, own, STATUS, "TCP", "reachability", place),
            Edge(making, own, PORT, "TCP", "copy", place),
        )
        if service.replicas
        else ()
    )
    return (
        Edge(operator(service), own, STATUS, "TCP", "operator", place),
        Edge(own, ApiServer(), API_PORT, "TCP", "API server", place),
        Edge(making, ApiServer(), API_PORT, "TCP", "API server", place),
        *several,
    )


def hook(instance: Workload) -> Hook:
    """Return the command before a snapshot of a volume: a checkpoint shortens the replay."""
    return Hook(
        workload=instance.name, namespace=instance.namespace, labels=instance.selector,
        container="postgres", command=("psql", "-c", "CHECKPOINT"), timeout=timedelta(minutes=2),
    )  # fmt: skip
