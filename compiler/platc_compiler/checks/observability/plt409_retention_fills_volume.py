"""Prometheus may keep as much as its volume holds.

Why: ``retention.size`` counts only blocks. The write-ahead log and the block that is being written
need space too, and Prometheus stops when its volume is full.

Bad:
```yaml
services:
  prometheus: { storage: 10Gi, retention: { size: 10Gi } }
```

Good:
```yaml
services:
  prometheus: { storage: 10Gi, retention: { size: 8GB } }
```

Fix: leave a tenth of the volume free, better a fifth; or remove ``retention.size``: the default
leaves this space.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.lower.kind import Context
from platc_spec.kinds.prometheus import Prometheus
from platc_spec.quantities import human_bytes

CODE = "PLT409"
_MOST = 90
"""The part of the volume that blocks may take, in percent."""


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each server whose retention fills its volume."""
    for name, service in context.of_kind(Prometheus).items():
        if service.retention.size is None:
            continue
        size, volume = service.retention.size, service.storage
        if size * 100 > volume * _MOST:
            message = (
                f"{human_bytes(size)} of blocks leave no room on a volume of {human_bytes(volume)}"
            )
            place = ("services", name, "retention", "size")
            yield error(CODE, message, place, f"at most {human_bytes(volume * _MOST // 100)}")
