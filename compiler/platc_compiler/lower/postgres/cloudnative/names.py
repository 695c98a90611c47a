"""What CloudNativePG calls the objects of a server, and how its pods are found.

Source: release 1.30 of cloudnative-pg/cloudnative-pg: pkg/specs/pods.go and jobs.go (labels),
services.go and api/v1/cluster_funcs.go (names of Services), pkg/management/url/url.go (ports).
"""

from __future__ import annotations

from collections.abc import Iterable

from platc_compiler.ir.labels import Labels
from platc_compiler.ir.network import Pods
from platc_compiler.ir.pods import Port
from platc_compiler.ir.taints import Toleration
from platc_compiler.lower.kind import Context
from platc_compiler.lower.postgres.names import PORT
from platc_spec.kinds import postgres as spec
from platc_spec.postgres_cloudnative import CloudNativePg

API = "postgresql.cnpg.io/v1"
VERSION = "1.30.0"
"""The release of the operator whose definitions are embedded."""
CLUSTER = "cnpg.io/cluster"
"""The label of all pods of a server: instances, jobs and poolers."""
ROLE = "cnpg.io/podRole"
"""The label of instances and poolers; the pods of jobs have none."""
STATUS, METRICS = 8000, 9187
PORTS = (Port("postgresql", PORT), Port("metrics", METRICS), Port("status", STATUS))
USER = 26
"""``postgres`` in the operator's images, and the default of ``postgresUID``."""


def instance_labels(name: str) -> Labels:
    """Return the labels that select the instances of a server."""
    return ((CLUSTER, name), (ROLE, "instance"))


def instances(name: str, namespace: str) -> Pods:
    """Return the instances of a server: any of them may be the one that writes."""
    return Pods(name, namespace, instance_labels(name))


def jobs(name: str, namespace: str) -> Pods:
    """Return the pods that make a volume: a new one, a copy for a replica, a restored one."""
    return Pods(f"{name}-jobs", namespace, ((CLUSTER, name),), lacking=(ROLE,))


def operator(service: spec.Postgres) -> Pods:
    """Return the pods of the operator."""
    stated = service.operator or CloudNativePg()
    return Pods("cloudnative-pg", stated.namespace, tuple(sorted(stated.labels.items())))


def image_of(image: str, context: Context) -> str:
    """Return where an image is pulled, as an object of the operator names it."""
    images = context.spec.images
    if images is None:
        return image
    from platc_compiler.lower.images import pulled

    return pulled(image, images)


def tolerated(stated: Iterable[Toleration]) -> list[dict[str, str]]:
    """Return tolerations in Kubernetes' notation."""
    return [
        {
            "operator": "Exists" if each.exists else "Equal",
            **{key: value for key, value in (
                ("key", each.key), ("value", each.value), ("effect", each.effect)
            ) if value},
        }
        for each in stated
    ]  # fmt: skip


def count(service: spec.Postgres) -> int:
    """Return the number of instances."""
    return 1 + (service.replicas.count if service.replicas else 0)
