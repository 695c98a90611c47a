"""A placement names pods beside which, or apart from which, nothing can stand.

Why: a placement is about the main pods of a service, which run all the time. platc deploys no pods
of an ``external``, those of a schedule or a Job come and go, and a DaemonSet is on every node
anyhow. A pod that must stand near one that is never there waits forever, as do two that wait for
each other.

Bad:
```yaml
services:
  web: { placement: [{ near: nightly, required: true }] }
  nightly: { kind: workload, image: "example.com/shop/clean:1.0", schedule: "0 3 * * *" }
```

Good:
```yaml
services:
  web: { placement: [{ near: cache, required: true }] }
  cache: { kind: workload, image: "example.com/shop/cache:1.0", ports: { main: 6379 } }
```

Fix: name a service whose pods run all the time, or remove the entry. Let one of two that must stand
near each other do without ``required``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from platc_compiler.diagnostics import Diagnostic, Origin, error
from platc_compiler.ir.labels import ZONE
from platc_compiler.ir.platform import Platform
from platc_compiler.ir.workloads import DaemonSet, Deployment, Operator, StatefulSet, Workload
from platc_spec.service import Deployed

if TYPE_CHECKING:
    from platc_spec.pod_settings import Neighbour

CODE = "PLT780"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield an error for each entry of a placement that has no effect or no end."""
    main = {each.name: each for each in platform.workloads if each.name == each.service}
    zones = any(ZONE in pool.labels for pool in platform.spec.cluster.nodes.values())
    for name, service in platform.spec.services.items():
        if isinstance(service, Deployed) and service.placement:
            own = main.get(name)
            for index, stated in enumerate(service.placement):
                place = ("services", name, "placement", index)
                fault = _subject(name, own) or _fault(name, stated, main)
                if fault:
                    yield error(CODE, fault, _word(stated, place, own), "remove it")
                elif stated.by == "zone" and not zones:
                    message = "no node is in a zone"
                    hint = f"state labels: {{ {ZONE}: NAME }} of the nodes, or write by: node"
                    yield error(CODE, message, (*place, "by"), hint)
            if own is not None and name in _waits_for(name, main):
                message = f"the pods of '{name}' wait for a node that waits for them"
                hint = "leave out required in one of the two"
                yield error(CODE, message, ("services", name, "placement"), hint, on_key=True)


def _word(stated: Neighbour, place: Origin, own: Workload | None) -> Origin:
    if own is None or isinstance(own.controller, DaemonSet):
        return place[:-1]
    return (*place, "near" if stated.near is not None else "apart")


def _subject(name: str, own: Workload | None) -> str:
    if own is None:
        return f"'{name}' runs several kinds of pods: a placement would be of none of them"
    if isinstance(own.controller, DaemonSet):
        return f"'{name}' is a DaemonSet: its pods are on every node that they tolerate"
    return ""


def _fault(name: str, stated: Neighbour, main: dict[str, Workload]) -> str:
    named = stated.near or stated.apart or ""
    other = main.get(named)
    if named == name and stated.near is not None:
        return "a pod cannot wait for itself"
    if other is None:
        return f"'{named}' has no pods of one kind that platc deploys"
    if not isinstance(other.controller, Deployment | StatefulSet | Operator | DaemonSet):
        return f"the pods of '{named}' come and go"
    return "" if other.always_there else f"'{named}' has no pods: replicas is 0"


def _waits_for(name: str, main: dict[str, Workload]) -> set[str]:
    """Return the workloads without which no pod of a workload finds a node."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        workload = main.get(waiting.pop())
        for each in workload.pod.neighbours if workload else ():
            if each.near and each.required and each.workload not in found:
                found.add(each.workload)
                waiting.append(each.workload)
    return found
