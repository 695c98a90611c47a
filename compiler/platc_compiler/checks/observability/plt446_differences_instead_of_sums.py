"""A program sends differences to a collector that serves sums.

With the temporality ``delta`` or ``lowmemory`` a program sends what was added since its last
message. Prometheus stores counters, so the exporter ``prometheus`` adds the differences up.

Why: a message that is lost, late or repeated makes the sum start again at this message, and
counters that can fall are dropped altogether. With ``cumulative``, the next message repairs it.

Bad:
```yaml
services:
  otel: { kind: otel_collector, namespace: shop }
  web:
    depends_on: [otel]
    env: { OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: delta }
```

Good:
```yaml
services:
  otel: { kind: otel_collector, namespace: shop }
  web: { depends_on: [otel] }
```

Fix: remove the variable: ``cumulative`` is the default.

Source: accumulator.go of exporter/prometheusexporter 0.155.0.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, warning
from platc_compiler.lower.dependencies import split_dependency
from platc_compiler.lower.kind import Context

CODE = "PLT446"
_VARIABLE = "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE"
_DIFFERENCES = frozenset({"delta", "lowmemory"})


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield a warning for each such program."""
    for name, service in context.spec.services.items():
        stated = str(getattr(service, "env", {}).get(_VARIABLE, ""))
        collectors = [
            meant
            for meant, _ in map(split_dependency, service.depends_on)
            if (found := context.offerings.get(meant)) is not None and found.telemetry is not None
        ]
        if stated.lower() in _DIFFERENCES and collectors:
            message = f"'{name}' sends differences, and '{collectors[0]}' serves sums"
            place = ("services", name, "env", _VARIABLE)
            yield warning(CODE, message, place, "write cumulative, or remove it")
