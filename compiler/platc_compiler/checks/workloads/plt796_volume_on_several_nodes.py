"""A volume that one node can mount is wanted on several.

Why: the pods of a ``ReadWriteOnce`` volume must stand on one node. platc lets those that share it
follow the pod of the workload that declares it: there must be one, all the time. A DaemonSet has a
pod on every node.

Bad:
```yaml
cluster: { nodes: { main: { count: 2 } } }
services:
  export:
    kind: workload
    image: example.com/shop/export:1.0.0
    schedule: "0 3 * * *"
    volumes: { site: { mount: /site, size: 1Gi } }
  web: { volumes: { site: { mount: /site, shared: { of: export/site } } } }
```

Good:
```yaml
cluster: { nodes: { main: { count: 2 } } }
services:
  export:
    kind: workload
    image: example.com/shop/export:1.0.0
    schedule: "0 3 * * *"
    volumes: { site: { mount: /site, shared: { of: web/site, writable: true } } }
  web: { volumes: { site: { mount: /site, size: 1Gi } } }
```

Fix: declare the volume with the workload of which one pod runs all the time; or give it ``access:
ReadWriteMany`` and a ``storage_class`` that can do it.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.lower.kind import Context
from platc_spec.kinds.workload import Workload

CODE = "PLT796"
_MANY = "write access: ReadWriteMany, with a storage_class that can do it"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each such volume."""
    if sum(pool.count for pool in context.spec.cluster.nodes.values()) == 1:
        return
    workloads = context.of_kind(Workload)
    for name, service in workloads.items():
        for key, volume in service.volumes.items():
            shared = volume.shared
            owner = workloads.get(shared.owner) if shared else None
            held = owner.volumes.get(shared.name) if owner and shared else None
            if owner is None or shared is None or held is None or held.access == "ReadWriteMany":
                continue
            place = ("services", name, "volumes", key, "shared")
            if not _one_pod(owner):
                message = f"'{name}' follows one pod of '{shared.owner}', which is not always there"
                hint = "declare the volume here, and share it there"
                if owner.controller == "Deployment" and owner.schedule is None:
                    message = f"'{shared.owner}' may have several pods or none, on several nodes"
                    hint = f"let it have one replica, or {_MANY}"
                yield error(CODE, message, place, hint, on_key=True)
            elif service.controller == "DaemonSet":
                message = f"'{name}' is on every node, and one can mount '{shared.of}'"
                yield error(CODE, message, place, _MANY, on_key=True)


def _one_pod(service: Workload) -> bool:
    """Return whether one pod of a workload runs all the time."""
    return (
        service.controller == "Deployment" and service.schedule is None
        and service.autoscale is None and service.replicas == 1
    )  # fmt: skip
