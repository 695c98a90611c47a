"""Near which pods those of a service stand, and apart from which."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from platc_compiler.ir.platform import Platform
from platc_compiler.ir.pods import Neighbour
from platc_compiler.ir.workloads import Workload
from platc_spec.service import Deployed


def neighbours(platform: Platform) -> Platform:
    """Set the neighbours of each workload whose service states a placement.

    A service is meant by its main workload, which has its name (PLT780 tells if there is none). Its
    placement is also that of the replicas of this workload, which its own name stands for too.
    """
    services = platform.spec.services
    if not any(isinstance(each, Deployed) and each.placement for each in services.values()):
        return platform
    main = {each.name: each for each in platform.workloads if each.name == each.service}
    return replace(
        platform,
        workloads=tuple(
            replace(w, pod=replace(w.pod, neighbours=tuple(_of(platform, w, main))))
            if w.service in {w.name, w.replica_of}
            else w
            for w in platform.workloads
        ),
    )


def _of(
    platform: Platform, workload: Workload, main: Mapping[str, Workload]
) -> Iterator[Neighbour]:
    service = platform.spec.services.get(workload.service)
    for stated in service.placement if isinstance(service, Deployed) else ():
        named = stated.near or stated.apart or ""
        itself = named == workload.service
        found = _further(platform, named) if itself else [main[named]] if named in main else []
        for each in found:
            if each.always_there and not (itself and stated.near is not None):
                yield Neighbour(
                    workload=each.name, namespace=each.namespace, labels=each.selector,
                    near=stated.near is not None, required=stated.required,
                    zone=stated.by == "zone",
                )  # fmt: skip


def _further(platform: Platform, name: str) -> list[Workload]:
    """Return all workloads whose pods the name of their own service stands for."""
    return [w for w in platform.workloads if w.service == name and name in {w.name, w.replica_of}]
