"""Two workloads that run as other groups write to one volume.

Why: before the containers start, the kubelet gives the files of a writable volume to the group of
the pod (``fsGroup``). With another group, the pod that started last takes them from the other.

Bad:
```yaml
services:
  web: { group: 1000, volumes: { media: { mount: /media, size: 1Gi } } }
  resize:
    kind: workload
    image: example.com/shop/resize:1.0.0
    volumes: { media: { mount: /media, shared: { of: web/media, writable: true } } }
```

Good:
```yaml
services:
  web: { group: 1000, volumes: { media: { mount: /media, size: 1Gi } } }
  resize:
    kind: workload
    group: 1000
    image: example.com/shop/resize:1.0.0
    volumes: { media: { mount: /media, shared: { of: web/media, writable: true } } }
```

Fix: give both the same ``group``; their users may differ. Who only reads leaves out ``writable``.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.lower.kind import Context
from platc_spec.kinds.workload import Workload

CODE = "PLT798"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each such volume."""
    workloads = context.of_kind(Workload)
    for name, service in workloads.items():
        for key, volume in service.volumes.items():
            shared = volume.shared
            owner = workloads.get(shared.owner) if shared else None
            if shared is None or owner is None or not shared.writable:
                continue
            if service.files_group != owner.files_group:
                message = (
                    f"'{name}' writes as the group {service.files_group}, and '{shared.owner}' as"
                    f" {owner.files_group}"
                )
                place = ("services", name, "volumes", key, "shared", "writable")
                yield error(CODE, message, place, f"write group: {owner.files_group} in '{name}'")
