"""A function for counters is applied to a gauge.

Why: ``rate``, ``irate`` and ``increase`` interpret every decrease of a value as a restart of the
counter. Applied to a gauge they return plausible numbers without a meaning.

Bad:
```yaml
services:
  grafana: { kind: grafana, admin: { password: grafana/password }, depends_on: [prometheus] }
secrets:
  grafana: { keys: [password] }
metrics:
  orders_per_second: { help: Orders taken in a second, type: gauge, from: web }
dashboards:
  orders:
    title: Orders
    panels: [{ title: Rate, type: stat, expr: "sum(rate(orders_per_second[5m]))" }]
```

Good:
```yaml
services:
  grafana: { kind: grafana, admin: { password: grafana/password }, depends_on: [prometheus] }
secrets:
  grafana: { keys: [password] }
metrics:
  orders_per_second: { help: Orders taken in a second, type: gauge, from: web }
dashboards:
  orders:
    title: Orders
    panels: [{ title: Rate, type: stat, expr: sum(orders_per_second) }]
```

Fix: take the gauge as it is, or ``deriv`` or ``delta`` of it; or declare the metric as a counter if
it is one.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.checks.observability.expressions import stated
from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.expressions.known_metrics import known_metrics
from platc_compiler.ir.platform import Platform

CODE = "PLT405"
_FOR_COUNTERS = frozenset({"rate", "irate", "increase", "resets"})


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each such use."""
    known = known_metrics(platform)
    for item in stated(platform):
        for selector in item.selectors:
            metric = known.metrics.get(selector.name)
            if selector.function in _FOR_COUNTERS and metric and metric.type == "gauge":
                message = f"{selector.function}() of the gauge '{selector.name}'"
                hint = "take the gauge as it is, or deriv() of it"
                yield error(CODE, message, item.origin, hint)
