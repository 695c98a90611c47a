"""Which pods must stand near each other, and which apart."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from platc_compiler.ir.identity_cache import cached_by_identity
from platc_compiler.ir.platform import Platform


class Bond(Struct):
    """What binds the pods of one workload."""

    near: set[str] = field(default_factory=set)
    """Workloads of which a pod must be on the node."""
    apart: set[str] = field(default_factory=set)
    """Workloads of which none may be: the scheduler also keeps the others from a pod that must be
    apart from them (``satisfyExistingPodsAntiAffinity`` in pkg/scheduler/framework/plugins/
    interpodaffinity/filtering.go)."""
    zone_near: set[str] = field(default_factory=set)
    """Workloads of which a pod must be in the zone."""
    zone_apart: set[str] = field(default_factory=set)
    """Workloads of which none may be in the zone."""


@cached_by_identity
def bonds(platform: Platform) -> Mapping[str, Bond]:
    """Return what binds workloads, by name; those that are named by others among them."""
    found: dict[str, Bond] = {}
    for workload in platform.workloads:
        for each in workload.pod.neighbours:
            if each.required:
                own, other = (found.setdefault(n, Bond()) for n in (workload.name, each.workload))
                if each.near:
                    (own.zone_near if each.zone else own.near).add(each.workload)
                else:
                    (own.zone_apart if each.zone else own.apart).add(each.workload)
                    (other.zone_apart if each.zone else other.apart).add(workload.name)
    return found
