"""The heap of a Java virtual machine is just too large for short references.

Why: a JVM stores each reference in 4 bytes if the heap has at most 32 GiB, otherwise in 8 bytes. So
a heap of 32 to about 48 GiB holds less than one of 31 GiB, and fills the processor's caches sooner.

Bad:
```yaml
cluster: { nodes: { main: { memory: 128GB, cpu: 16 } } }
services:
  web:
    args: [-Xmx36g]
    resources: { requests: { memory: 48Gi }, limits: { memory: 48Gi } }
```

Good:
```yaml
cluster: { nodes: { main: { memory: 128GB, cpu: 16 } } }
services:
  web:
    args: [-Xmx30g]
    resources: { requests: { memory: 48Gi }, limits: { memory: 48Gi } }
```

Fix: take a heap of at most 31 GiB, or of more than 48 GiB.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, warning
from platc_compiler.ir.heaps import COMPRESSED_BELOW, WORTH_AGAIN, heaps
from platc_compiler.ir.platform import Platform
from platc_spec.quantities import human_bytes

CODE = "PLT718"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield a warning for each heap that holds less than a smaller one."""
    for chosen in heaps(platform):
        if COMPRESSED_BELOW <= chosen.heap.size < WORTH_AGAIN:
            message = (
                f"the heap of '{chosen.name}' of {human_bytes(chosen.heap.size)} has references of"
                " 8 bytes, and so holds less than one of 31 GiB"
            )
            hint = "take at most 31 GiB, or more than 48 GiB"
            yield warning(CODE, message, chosen.origin, hint)
