"""The heap of a Java virtual machine leaves no room below the container's memory limit.

Why: beside its heap, a JVM needs memory for classes, compiled code, threads and buffers. The kernel
kills a container that exceeds its limit, often only days after the start, when the heap is full.

Bad:
```yaml
services:
  web:
    env: { JAVA_OPTS: "-Xms256m -Xmx512m" }
    resources: { requests: { memory: 512Mi }, limits: { memory: 512Mi } }
```

Good:
```yaml
services:
  web:
    env: { JAVA_OPTS: "-Xms256m -Xmx256m" }
    resources: { requests: { memory: 512Mi }, limits: { memory: 512Mi } }
```

Fix: raise the memory limit, or lower the heap: half of the limit is a good start; three quarters
(``-XX:MaxRAMPercentage=75``) if the limit is above 1Gi.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.ir.heaps import heaps
from platc_compiler.ir.platform import Platform
from platc_spec.quantities import human_bytes

CODE = "PLT717"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield an error for each container whose limit is below its heap and other memory."""
    for chosen in heaps(platform):
        needed = chosen.heap.size + chosen.heap.beside
        if chosen.limit is not None and needed > chosen.limit:
            message = (
                f"the JVM of '{chosen.name}' needs {human_bytes(needed)}, of which"
                f" {human_bytes(chosen.heap.size)} are its heap, and may use"
                f" {human_bytes(chosen.limit)}"
            )
            yield error(CODE, message, chosen.origin, "raise the memory limit, or lower the heap")
