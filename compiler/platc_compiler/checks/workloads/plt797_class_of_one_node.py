"""Pods of many nodes are to mount a volume whose StorageClass is not known to allow it.

Why: a claim with ``access: ReadWriteMany`` stays Pending for ever where the class cannot do it, as
disks cannot; and the pods with it.

Bad:
```yaml
services:
  web: { volumes: { media: { mount: /media, size: 1Gi, access: ReadWriteMany } } }
```

Good:
```yaml
cluster: { shared_storage_classes: [nfs] }
services:
  web:
    volumes: { media: { mount: /media, size: 1Gi, storage_class: nfs, access: ReadWriteMany } }
```

Fix: name such a class by ``storage_class``, and state it below ``cluster.shared_storage_classes``.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.lower.kind import Context
from platc_spec.kinds.workload import Workload

CODE = "PLT797"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each such volume."""
    cluster = context.spec.cluster
    for name, service in context.of_kind(Workload).items():
        for key, volume in service.volumes.items():
            chosen = volume.storage_class or cluster.storage_class
            able = chosen in cluster.shared_storage_classes
            if volume.access == "ReadWriteMany" and not able:
                which = f"the StorageClass '{chosen}'" if chosen else "the cluster's StorageClass"
                message = f"{which} is not known for volumes that many nodes mount"
                known = cluster.shared_storage_classes
                hint = f"write storage_class: {known[0]}" if known else _hint(chosen)
                yield error(CODE, message, ("services", name, "volumes", key, "access"), hint)


def _hint(chosen: str | None) -> str:
    return f"if it can, write cluster.shared_storage_classes: [{chosen or 'NAME'}]"
