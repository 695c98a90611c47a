"""Pods that share a volume of one node stand on that node.

The scheduler knows nothing of where a disk is attached, so the pods say it. Those that mount the
volume of another workload must stand where a pod of the owner is. The owner itself must stand where
any of them is, as its next pod would otherwise wait on another node for the disk that they hold;
where there are none, its first pod may stand anywhere (``satisfyPodAffinity`` in pkg/scheduler/
framework/plugins/interpodaffinity/filtering.go: a pod may be the first of a group that it is in).
When a node is drained, no next pod of them therefore starts before all have left it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from platc_compiler.ir.platform import Platform
from platc_compiler.ir.pods import Neighbour
from platc_compiler.ir.workloads import Workload

if TYPE_CHECKING:
    from platc_spec.kinds.workload import Workload as Service

_SHARED = "volumes.platc.dev"
"""Labels with this prefix are on all pods that mount a volume of a service, their name."""


def shared_volumes(platform: Platform) -> Platform:
    """Bind the pods that share a volume which one node at a time can mount."""
    spec = platform.spec
    if all(service.kind != "workload" for service in spec.services.values()):
        return platform
    if sum(pool.count for pool in spec.cluster.nodes.values()) == 1:
        return platform
    from platc_spec.kinds.workload import Workload as Service

    services = spec.of_kind(Service)
    owners = {name: dict.fromkeys(_owners(each, services)) for name, each in services.items()}
    shared = {owner for each in owners.values() for owner in each}
    if not shared:
        return platform
    named = {each.name: each for each in platform.workloads if each.name == each.service}
    return replace(
        platform,
        workloads=tuple(
            _bound(each, [named[owner] for owner in owners.get(each.service, ())], shared)
            for each in platform.workloads
        ),
    )


def _owners(service: Service, services: Mapping[str, Service]) -> Iterator[str]:
    """Yield the owner of each volume of one node that a service mounts and does not own."""
    for volume in service.volumes.values():
        shared = volume.shared
        if shared and services[shared.owner].volumes[shared.name].access != "ReadWriteMany":
            yield shared.owner


def _bound(workload: Workload, owners: Sequence[Workload], shared: Collection[str]) -> Workload:
    if not owners and workload.service not in shared:
        return workload
    pod = workload.pod
    own = ((f"{_SHARED}/{workload.service}", "mounted"),) if workload.service in shared else ()
    near = tuple(
        Neighbour(
            workload=owner.name, namespace=owner.namespace, labels=owner.selector, near=True,
            required=True,
        )
        for owner in owners
    )  # fmt: skip
    labels = (*own, *((f"{_SHARED}/{owner.service}", "mounted") for owner in owners))
    return replace(
        workload,
        pod=replace(
            pod,
            labels=(*pod.labels, *labels),
            neighbours=(*pod.neighbours, *near),
            together=own,
            leaves_with_others=True,
        ),
    )
