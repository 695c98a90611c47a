"""There are backups, and none of them holds a volume.

Why: when the node's disk is lost, the data of the volume is lost too. Velero backs up the named
namespaces. It takes snapshots of their volumes where the storage class can; otherwise it copies
files through the pods that mount the volumes. It cannot do this if pods are excluded, and never for
a hostPath, which is the type of kind's volumes. Databases with dumps of their own are protected by
these.

Bad:
```yaml
cluster: { distribution: k3s }
namespaces: { shop: {}, data: {} }
backup: { schedule: "@daily", namespaces: [shop, data], exclude: [pods], keep: 168h }
services:
  web: { namespace: shop }
  store:
    kind: workload
    namespace: data
    image: example/store:1.0
    ports: { http: 8080 }
    volumes: { files: { mount: /files, size: 1Gi } }
```

Good:
```yaml
cluster: { distribution: k3s }
namespaces: { shop: {}, data: {} }
backup: { schedule: "@daily", namespaces: [shop, data], keep: 168h }
services:
  web: { namespace: shop }
  store:
    kind: workload
    namespace: data
    image: example/store:1.0
    ports: { http: 8080 }
    volumes: { files: { mount: /files, size: 1Gi } }
```

Fix: add the namespace to ``backup.namespaces``, choose a ``storage_class`` with snapshots, or back
up pods too. Allow the warning if nobody needs the data after a loss, for example metrics and logs.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, Origin, warning
from platc_compiler.ir.backed_up import Reason, volumes
from platc_compiler.ir.platform import Platform

CODE = "PLT603"

_HINT = "name a storage_class with snapshots, or allow it where nothing that they hold is missed"
_WHY: dict[Reason, tuple[str, Origin]] = {
    "hostpath": ("kind's are folders of the node, which Velero leaves out", ("backup",)),
    "pods": ("Velero copies these by way of pods, which are excluded", ("backup", "exclude")),
}


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield a warning for each namespace without backup, and one for volumes without copies."""
    if not platform.cluster_backups:
        return
    bare: dict[str, dict[str, None]] = {}
    lost: dict[Reason, dict[str, None]] = {}
    for volume in volumes(platform):
        workload = volume.workload
        if volume.missed == "namespace":
            bare.setdefault(workload.namespace, {})[workload.name] = None
        elif volume.missed is not None:
            lost.setdefault(volume.missed, {})[workload.name] = None
    for namespace, names in sorted(bare.items()):
        message = f"no backup covers the volumes of {', '.join(names)} in '{namespace}'"
        yield warning(CODE, message, ("backup", "namespaces"), f"add {namespace}")
    for reason, names in lost.items():
        why, place = _WHY[reason]
        message = f"no backup holds the volumes of {', '.join(sorted(names))}: {why}"
        yield warning(CODE, message, place, _HINT, on_key=True)
