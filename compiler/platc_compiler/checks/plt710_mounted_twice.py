"""Two things are mounted at the same path of a container.

Why: one would hide the other; Kubernetes refuses the pod.

Bad:
```yaml
services:
  web:
    files: { /etc/shop: "colour: blue" }
    volumes: { data: { mount: /etc/shop, size: 1Gi } }
```

Good:
```yaml
services:
  web:
    files: { /etc/shop/shop.yaml: "colour: blue" }
    volumes: { data: { mount: /var/lib/shop, size: 1Gi } }
```

Fix: give one of the two another path.
"""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import normpath

from platc_compiler.diagnostics import Diagnostic, Origin, error
from platc_compiler.lower.kind import Context
from platc_spec.kinds.workload import Workload

CODE = "PLT710"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each path at which something is mounted already."""
    for name, service in context.spec.services.items():
        if isinstance(service, Workload):
            taken: set[str] = set()
            for path, below in _mounted(service):
                if normpath(path) in taken:
                    message = f"something else is mounted at '{path}' already"
                    yield error(CODE, message, ("services", name, *below), "write another path")
                taken.add(normpath(path))


def _mounted(service: Workload) -> Iterator[tuple[str, Origin]]:
    for key, volume in service.volumes.items():
        yield volume.mount, ("volumes", key, "mount")
    for path in service.files:
        yield path, ("files", path)
    for path in service.secret_files:
        yield path, ("secret_files", path)
