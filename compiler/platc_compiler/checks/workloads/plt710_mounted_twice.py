"""Two things are mounted at the same path of a container, or one below a file.

Why: one would hide the other, so Kubernetes refuses the pod. Below a file nothing can be mounted,
and the container does not start.

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
from pathlib import PurePosixPath
from posixpath import normpath

from platc_compiler.diagnostics import Diagnostic, Origin, error
from platc_compiler.lower.kind import Context
from platc_spec.kinds.workload import Workload

CODE = "PLT710"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each path at which something is already mounted."""
    for name, service in context.of_kind(Workload).items():
        yield from _clashes(service, ("services", name))


def _clashes(service: Workload, place: Origin) -> Iterator[Diagnostic]:
    files = {normpath(path) for path in (*service.files, *service.secret_files)}
    taken: set[str] = set()
    for stated, below in mounted(service):
        path = normpath(stated)
        above = next((str(p) for p in PurePosixPath(path).parents if str(p) in files), None)
        if path in taken:
            message = f"something else is mounted at '{stated}' already"
            yield error(CODE, message, (*place, *below), "write another path")
        elif above is not None:
            message = f"'{stated}' lies below '{above}', which is a file"
            yield error(CODE, message, (*place, *below), "write another path")
        taken.add(path)


def mounted(service: Workload) -> Iterator[tuple[str, Origin]]:
    """Yield each path of a mount that the user has stated, and its place."""
    for key, volume in service.volumes.items():
        yield volume.mount, ("volumes", key, "mount")
    for path in service.files:
        yield path, ("files", path)
    for path in service.secret_files:
        yield path, ("secret_files", path)
