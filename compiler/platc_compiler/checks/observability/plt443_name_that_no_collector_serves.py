"""A metric is declared under a name that its collector does not serve.

The exporter ``prometheus`` of an OpenTelemetry collector puts its namespace before every name, and
``_total`` behind the name of every counter; dots become underscores, and a unit becomes a word at
the end (``s`` is ``_seconds``, ``By`` is ``_bytes``, ``1`` of a gauge is ``_ratio``).

Why: a program calls its metric ``orders``, and Prometheus stores ``shop_orders_total``. An alert on
``orders`` selects nothing and never fires.

Bad:
```yaml
services:
  otel: { kind: otel_collector, namespace: shop, prefix: shop }
metrics:
  orders: { help: Orders taken, type: counter, from: otel }
```

Good:
```yaml
services:
  otel: { kind: otel_collector, namespace: shop, prefix: shop }
metrics:
  shop_orders_total: { help: Orders taken, type: counter, from: otel }
```

Fix: declare the name under which Prometheus stores it.

Source: MetricNamer of github.com/prometheus/otlptranslator 1.0.0.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.lower.kind import Context

CODE = "PLT443"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each such metric."""
    for name, metric in context.spec.metrics.items():
        offering = context.offerings.get(metric.component)
        telemetry = offering.telemetry if offering is not None else None
        if telemetry is None:
            continue
        served = name if name.startswith(telemetry.prefix) else f"{telemetry.prefix}{name}"
        if metric.type == "counter" and not name.endswith("_total"):
            served = f"{served}_total"
        if served != name:
            message = f"'{metric.component}' does not serve '{name}': its name is '{served}'"
            yield error(CODE, message, ("metrics", name), f"declare '{served}'", on_key=True)
