"""A namespace has persistent volumes, and no backup covers them.

Why: when the node's disk is lost, so is what they hold. Databases with dumps of their own are
covered by these.

Bad:
```yaml
namespaces: { shop: {}, data: {} }
backup: { schedule: "@daily", namespaces: [shop], keep: 168h }
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

Fix: add the namespace to ``backup.namespaces``, or allow the warning where the volumes hold nothing
that is missed.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, warning
from platc_compiler.ir.platform import Platform
from platc_compiler.ir.pods import Claim

CODE = "PLT603"


def check(platform: Platform) -> Iterator[Diagnostic]:
    """Yield a warning for each namespace that is left out, where there are backups at all."""
    if not platform.cluster_backups:
        return
    covered = {name for backup in platform.cluster_backups for name in backup.namespaces}
    dumped = {(dump.namespace, dump.workload) for dump in platform.database_backups}
    bare: dict[str, list[str]] = {}
    for workload in platform.workloads:
        claims = any(isinstance(volume.source, Claim) for volume in workload.pod.volumes)
        if (
            claims
            and workload.namespace not in covered
            and (workload.namespace, workload.name) not in dumped
        ):
            bare.setdefault(workload.namespace, []).append(workload.name)
    for namespace, names in sorted(bare.items()):
        message = f"no backup covers the volumes of {', '.join(names)} in '{namespace}'"
        yield warning(CODE, message, ("backup", "namespaces"), f"add {namespace}")
