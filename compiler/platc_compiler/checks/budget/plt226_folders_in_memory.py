"""Folders in memory may take all memory that their container may use.

Why: what a folder with ``medium: Memory`` holds is counted as memory of the container that wrote
it. The program would be killed (OOM) before the folder is full.

Bad:
```yaml
services:
  web:
    volumes: { shared: { mount: /dev/shm, size: 256Mi, medium: Memory } }
    resources: { limits: { memory: 256Mi } }
```

Good:
```yaml
services:
  web:
    volumes: { shared: { mount: /dev/shm, size: 256Mi, medium: Memory } }
    resources: { limits: { memory: 512Mi } }
```

Fix: raise the limit by the size of the folders, make them smaller, or state no limit: the default
rises with them.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.ir.platform import Platform
from platc_compiler.ir.pods import EmptyDir
from platc_spec.kinds.workload import Workload
from platc_spec.quantities import human_bytes

CODE = "PLT226"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield an error for each workload whose folders leave its program no memory."""
    for workload in platform.workloads:
        if not isinstance(platform.spec.services.get(workload.service), Workload):
            continue
        sources = [volume.source for volume in workload.pod.volumes]
        size = sum(each.size for each in sources if isinstance(each, EmptyDir) and each.memory)
        limit = workload.pod.containers[0].resources.limits.memory
        if size and limit is not None and size >= limit:
            message = (
                f"its folders in memory may hold {human_bytes(size)}, and the container may use"
                f" {human_bytes(limit)} with them"
            )
            place = ("services", workload.service, "resources", "limits", "memory")
            yield error(CODE, message, place, "raise the limit, or make the folders smaller")
