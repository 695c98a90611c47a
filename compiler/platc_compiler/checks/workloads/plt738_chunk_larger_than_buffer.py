"""A chunk of Fluentd's buffer is larger than the buffer, or than a request to Elasticsearch may be.

Why: a chunk that is larger than the buffer is never full: the buffer is, and reading stops. A chunk
is sent as one request, and Elasticsearch refuses one above ``http.max_content_length`` (100 MB).

Bad:
```yaml
secrets: { logs: { keys: [elastic, fluentd] } }
services:
  logs:
    kind: elasticsearch
    storage: 5Gi
    passwords: { elastic: logs/elastic, fluentd: logs/fluentd }
  shipper:
    kind: fluentd
    depends_on: [logs]
    password: logs/fluentd
    buffer: { size: 64Mi, chunk: 256Mi }
```

Good:
```yaml
secrets: { logs: { keys: [elastic, fluentd] } }
services:
  logs:
    kind: elasticsearch
    storage: 5Gi
    passwords: { elastic: logs/elastic, fluentd: logs/fluentd }
  shipper:
    kind: fluentd
    depends_on: [logs]
    password: logs/fluentd
    buffer: { size: 64Mi, chunk: 4Mi }
```

Fix: lower ``chunk``: a sixteenth of the buffer is plenty.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error, warning
from platc_compiler.lower.kind import Context
from platc_spec.kinds.fluentd import Fluentd
from platc_spec.quantities import human_bytes

CODE = "PLT738"
_LARGEST_REQUEST = 100 << 20
"""The default of ``http.max_content_length`` (HttpTransportSettings.java)."""


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each such buffer."""
    for name, service in context.of_kind(Fluentd).items():
        size, chunk = service.buffer.size, service.buffer.chunk
        stated = "chunk" if "chunk" in service.buffer.model_fields_set else "size"
        place = ("services", name, "buffer", stated)
        if chunk > size:
            message = f"chunks of {human_bytes(chunk)} in a buffer of {human_bytes(size)}"
            hint = (
                f"chunk: at most {size >> 20}Mi"
                if stated == "chunk"
                else f"add chunk: {max(size // 16 >> 10, 1)}Ki"
            )
            yield error(CODE, f"{message}: reading stops before one is full", place, hint)
        elif chunk > _LARGEST_REQUEST:
            message = f"Elasticsearch refuses requests of {human_bytes(chunk)}"
            yield warning(CODE, message, place, "at most 64Mi")
