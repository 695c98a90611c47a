"""An index of logs may grow larger than the volume before the next one starts.

Why: only whole indices are deleted, and the newest one never is. Elasticsearch refuses all writes
when 95 % of its disk are used.

Bad:
```yaml
secrets: { logs: { keys: [elastic] } }
services:
  logs:
    kind: elasticsearch
    storage: 5Gi
    passwords: { elastic: logs/elastic }
    logs: { keep: 7d, rollover: { age: 60d, size: 50Gi } }
```

Good:
```yaml
secrets: { logs: { keys: [elastic] } }
services:
  logs:
    kind: elasticsearch
    storage: 5Gi
    passwords: { elastic: logs/elastic }
    logs: { keep: 7d, rollover: { age: 1d, size: 500Mi } }
```

Fix: let the next index start at a tenth of the volume, or give the volume more storage.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, warning
from platc_compiler.lower.kind import Context
from platc_spec.kinds.elasticsearch import Elasticsearch
from platc_spec.quantities import human_bytes

CODE = "PLT739"
_LOW = 85
"""The part of the disk, in percent, from which Elasticsearch uses it less (low watermark)."""


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield a warning for each such life cycle."""
    for name, service in context.of_kind(Elasticsearch).items():
        size, volume = service.logs.rollover.size, service.storage
        if "size" in service.logs.rollover.model_fields_set and size * 100 > volume * _LOW:
            message = (
                f"an index of {human_bytes(size)} does not fit a volume of {human_bytes(volume)}"
            )
            place = ("services", name, "logs", "rollover", "size")
            yield warning(CODE, message, place, f"at most {max(volume // 10 >> 20, 1)}Mi")
