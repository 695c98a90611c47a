"""Something is mounted over what the container needs of its system.

Why: a volume at ``/`` hides the program itself. The kernel's folders must not be covered, and
Kubernetes fills the folder of the service account. A path with ``..`` leads to another folder than
it shows; Kubernetes refuses it.

Bad:
```yaml
services:
  web: { volumes: { data: { mount: /proc, size: 1Gi } } }
```

Good:
```yaml
services:
  web: { volumes: { data: { mount: /var/lib/shop, size: 1Gi } } }
```

Fix: mount it at a folder of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from platc_compiler.checks.workloads.plt710_mounted_twice import mounted
from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.lower.kind import Context
from platc_spec.kinds.workload import Workload

CODE = "PLT713"
_SYSTEM = tuple(
    map(
        PurePosixPath,
        ("/proc", "/sys", "/dev", "/run/secrets/kubernetes.io", "/var/run/secrets/kubernetes.io"),
    )
)
_SHARED = PurePosixPath("/dev/shm")  # noqa: S108 - in a pod
"""Shared memory of processes: a volume there makes it larger."""


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each path of a workload that would hide a part of the system."""
    for name, service in context.of_kind(Workload).items():
        for path, below in mounted(service):
            problem = _problem(PurePosixPath(path))
            if problem:
                yield error(CODE, f"'{path}' {problem}", ("services", name, *below))


def _problem(path: PurePosixPath) -> str:
    if ".." in path.parts:
        return "holds '..': write where it leads"
    # POSIX, and therefore pathlib, keeps two slashes at the beginning of a path.
    path = PurePosixPath("/", *path.parts[1:])
    if path == PurePosixPath("/"):
        return "hides the whole image"
    for system in _SYSTEM:
        if path != _SHARED and path.is_relative_to(system):
            return f"is or lies below '{system}', which belongs to the system"
    return ""
