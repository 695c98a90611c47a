"""Near which pods those of a service stand, and apart from which."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from platc_compiler.ir.platform import Platform
from platc_compiler.ir.pods import Neighbour
from platc_compiler.ir.workloads import Workload
from platc_spec.service import Deployed


def neighbours(platform: Platform) -> Platform:
    """Set the neighbours of each workload whose service states a placement.

    A service is meant by its main workload, which has its name (PLT780 tells if there is none).
    """
    services = platform.spec.services
    if not any(isinstance(each, Deployed) and each.placement for each in services.values()):
        return platform
    main = {each.name: each for each in platform.workloads if each.name == each.service}
    return replace(
        platform,
        workloads=tuple(
            replace(w, pod=replace(w.pod, neighbours=tuple(_of(platform, w, main))))
            if main.get(w.service) is w
            else w
            for w in platform.workloads
        ),
    )


def _of(platform: Platform, workload: Workload, main: dict[str, Workload]) -> Iterator[Neighbour]:
    service = platform.spec.services.get(workload.service)
    for stated in service.placement if isinstance(service, Deployed) else ():
        found = main.get(stated.near or stated.apart or "")
        itself = found is workload and stated.near is not None
        if found is not None and found.always_there and not itself:
            yield Neighbour(
                workload=found.name, namespace=found.namespace, labels=found.selector,
                near=stated.near is not None, required=stated.required, zone=stated.by == "zone",
            )  # fmt: skip
