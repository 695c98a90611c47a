"""A volume of another workload is mounted that cannot be.

Why: a claim is an object of one namespace, and of the workload that declares the volume. What goes
with a pod is of this pod alone, and the pods of a StatefulSet have a volume each. The kubelet waits
forever for the second of two volumes of a pod that are one claim.

Bad:
```yaml
services:
  web: { volumes: { media: { mount: /media, size: 1Gi, ephemeral: true } } }
  resize:
    kind: workload
    image: example.com/shop/resize:1.0.0
    volumes: { media: { mount: /media, shared: { of: web/media } } }
```

Good:
```yaml
services:
  web: { volumes: { media: { mount: /media, size: 1Gi } } }
  resize:
    kind: workload
    image: example.com/shop/resize:1.0.0
    volumes: { media: { mount: /media, shared: { of: web/media } } }
```

Fix: name a persistent volume of a workload in the same namespace, ``SERVICE/VOLUME``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from platc_compiler.diagnostics import Diagnostic, Origin, error
from platc_compiler.diagnostics.did_you_mean import did_you_mean
from platc_compiler.lower.kind import Context
from platc_spec.kinds.workload import Workload

if TYPE_CHECKING:
    from platc_spec.pod_volumes import Shared

CODE = "PLT795"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each such volume."""
    for name, service in context.of_kind(Workload).items():
        mounted: set[str] = set()
        for key, volume in service.volumes.items():
            if volume.shared is not None:
                place = ("services", name, "volumes", key, "shared", "of")
                if volume.shared.of in mounted:
                    message = f"the pods mount '{volume.shared.of}' already"
                    yield error(CODE, message, place, "remove one of the two volumes")
                    continue
                mounted.add(volume.shared.of)
                yield from _fault(name, service, volume.shared, place, context)


def _fault(
    name: str, service: Workload, shared: Shared, place: Origin, context: Context
) -> Iterator[Diagnostic]:
    workloads = context.of_kind(Workload)
    owner = workloads.get(shared.owner)
    if owner is None:
        hint = did_you_mean(shared.of, _lasting(workloads), "name a volume of a workload")
        yield error(CODE, f"no workload is called '{shared.owner}'", place, hint)
    elif shared.owner == name:
        yield error(CODE, "the volume is its own already", place, "mount it once")
    elif (volume := owner.volumes.get(shared.name)) is None:
        hint = did_you_mean(shared.of, _lasting(workloads), "declare it there")
        yield error(CODE, f"'{shared.owner}' has no volume '{shared.name}'", place, hint)
    elif not volume.lasting:
        message = f"'{shared.of}' is no persistent volume, but goes with its pod"
        yield error(CODE, message, place, "give it a size, and no ephemeral, medium or shared")
    elif owner.controller == "StatefulSet":
        message = f"each pod of '{shared.owner}' has a volume of its own"
        yield error(CODE, message, place, "make it a Deployment, or share another volume")
    elif context.namespace(owner) != context.namespace(service):
        message = f"'{shared.owner}' is in the namespace '{context.namespace(owner)}'"
        yield error(CODE, message, place, "put both into one namespace")


def _lasting(workloads: Mapping[str, Workload]) -> list[str]:
    """Return the names of all volumes that can be shared."""
    return [
        f"{name}/{key}"
        for name, service in workloads.items()
        for key, volume in service.volumes.items()
        if volume.lasting
    ]
