"""A patch changes what the budget has counted.

Why: patches are applied to finished objects, after the sums are made. The report of the budget and
the namespaces' quotas then describe other pods than those that will run.

Bad:
```yaml
patches:
  - target: { kind: Deployment, name: web }
    merge: { spec: { replicas: 500 } }
```

Good:
```yaml
services:
  web: { replicas: 2 }
```

Fix: state the value under ``services``, where it is counted; or say why it must be a patch: ``#
platc: allow PLT210 because REASON``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from platc_compiler.checks.patched import PatchedPod, mapping, mappings, patch_of, patched_pods
from platc_compiler.diagnostics import Diagnostic, warning
from platc_compiler.ir.platform import Platform
from platc_compiler.ir.pods import Amounts, Container
from platc_compiler.ir.workloads import Deployment, Operator, StatefulSet
from platc_compiler.objects.manifest import Manifest
from platc_spec.quantities import parse_bytes, parse_millicores, parse_quantity

CODE = "PLT210"
_MOST = {"HorizontalPodAutoscaler": "maxReplicas", "ScaledObject": "maxReplicaCount"}
"""Where autoscalers state the highest number of pods."""


def check_objects(manifests: Sequence[Manifest], platform: Platform) -> Iterator[Diagnostic]:
    """Yield a warning for each patched controller whose pods differ in number or in size."""
    yield from _scaled_further(manifests, platform)
    yield from _operated_otherwise(manifests, platform)
    for pod in patched_pods(manifests, platform):
        changes = [*_number(pod), *_sizes(pod)]
        if changes:
            what = f"the patch of {pod.manifest.kind} '{pod.manifest.name}'"
            message = f"{what} changes what the budget counted: {', '.join(changes)}"
            yield warning(CODE, message, pod.place, _hint(changes))


def _scaled_further(manifests: Sequence[Manifest], platform: Platform) -> Iterator[Diagnostic]:
    """Yield a warning for each patched autoscaler that may start more pods than were counted."""
    most = {
        (w.namespace, w.name): getattr(w.controller, "replicas", 1)
        for w in platform.workloads
        if w.scaling is not None
    }
    for manifest in manifests if most else ():
        key = _MOST.get(manifest.kind, "")
        place = patch_of(manifest, platform) if key else ()
        stated = mapping(manifest.body, "spec").get(key) if place else None
        counted = most.get((manifest.namespace or "", manifest.name))
        if stated != counted and isinstance(stated, int) and counted is not None:
            what = f"the patch of {manifest.kind} '{manifest.name}'"
            message = f"{what} changes what the budget counted: {key} is {stated}, not {counted}"
            yield warning(CODE, message, place, "state it as autoscale.max instead")


def _operated_otherwise(manifests: Sequence[Manifest], platform: Platform) -> Iterator[Diagnostic]:
    """Yield a warning for each patched object whose operator makes other pods than were counted."""
    made = {
        (w.controller.kind, w.namespace, w.name): w
        for w in platform.workloads
        if isinstance(w.controller, Operator)
    }
    for manifest in manifests if made else ():
        workload = made.get((manifest.kind, manifest.namespace or "", manifest.name))
        place = patch_of(manifest, platform) if workload is not None else ()
        if workload is not None and place:
            spec, changes = mapping(manifest.body, "spec"), []
            if spec.get("instances") != getattr(workload.controller, "replicas", 1):
                changes.append("the number of pods")
            if _differ(mapping(spec, "resources"), workload.pod.containers[0]):
                changes.append("their resources")
            if changes:
                what = f"the patch of {manifest.kind} '{manifest.name}'"
                message = f"{what} changes what the budget counted: {' and '.join(changes)}"
                yield warning(CODE, message, place, _hint(changes))


def _hint(changes: list[str]) -> str:
    # No key of a service adds or removes a container.
    if all(change.startswith("the container") for change in changes):
        return f"leave room for it, and say why: # platc: allow {CODE} because REASON"
    return "state it under services instead"


def _number(pod: PatchedPod) -> Iterator[str]:
    spec = mapping(pod.manifest.body, "spec")
    controller = pod.workload.controller
    if isinstance(controller, Deployment | StatefulSet):
        counted = None if pod.workload.scaling else controller.replicas
        stated = "instances" if pod.completed else "replicas"
        if spec.get(stated, counted and 1) != counted:
            yield "the number of pods"
    elif mapping(spec.get("jobTemplate") or pod.manifest.body, "spec").get("parallelism", 1) != 1:
        yield "the number of pods"


def _sizes(pod: PatchedPod) -> Iterator[str]:
    counted = {c.name: c for c in (*pod.workload.pod.init, *pod.workload.pod.containers)}
    containers = (*mappings(pod.spec, "initContainers"), *mappings(pod.spec, "containers"))
    found = {str(container.get("name")): container for container in containers}
    gone = () if pod.completed else counted.keys() - found.keys()
    for name in sorted(gone):
        yield f"the container '{name}' is gone"
    for name, container in found.items():
        if name not in counted:
            yield f"the container '{name}' is new"
        elif _differ(mapping(container, "resources"), counted[name]):
            yield f"the resources of the container '{name}'"


def _differ(resources: Mapping[str, Any], counted: Container) -> bool:
    return (
        _amounts(mapping(resources, "requests")) != counted.resources.requests
        or _amounts(mapping(resources, "limits")) != counted.resources.limits
    )


def _amounts(stated: Mapping[str, Any]) -> Amounts | None:
    """Return the stated amount, ``None`` if it is not an amount: PLT702 reports that."""
    try:
        return Amounts(
            cpu=parse_millicores(stated["cpu"]) if "cpu" in stated else None,
            memory=parse_bytes(stated["memory"]) if "memory" in stated else None,
            ephemeral_storage=(
                parse_bytes(stated["ephemeral-storage"]) if "ephemeral-storage" in stated else None
            ),
            extended=tuple(
                sorted((name, int(parse_quantity(n))) for name, n in stated.items() if "/" in name)
            ),
        )
    except ValueError:
        return None
