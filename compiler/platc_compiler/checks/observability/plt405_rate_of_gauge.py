"""A function for counters is applied to a gauge.

Why: ``rate``, ``irate`` and ``increase`` interpret every decrease of a value as a restart of the
counter. Applied to a gauge they return plausible numbers without a meaning. A subquery or a
recording rule does not change that: the rate of a counter is itself a gauge.

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

from platc_compiler.checks.observability.expressions import Stated, stated
from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.expressions.known_types import Types, known_types
from platc_compiler.expressions.promql import selectors
from platc_compiler.ir.platform import Platform

CODE = "PLT405"
_FOR_COUNTERS = frozenset({"rate", "irate", "increase", "resets"})


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each such use."""
    types = known_types(platform)
    for item in stated(platform):
        for message in dict.fromkeys(_uses(item, types)):
            of_slo = item.origin[0] == "slos"
            hint = "an objective counts events: name a counter" if of_slo else _HINT
            yield error(CODE, message, item.origin, hint)


_HINT = "take the gauge as it is, or deriv() of it"


def _uses(item: Stated, types: Types) -> Iterator[str]:
    found = types.of(item.expression)
    for node, kind in zip(item.nodes, found, strict=True):
        if node.function in _FOR_COUNTERS and kind == "gauge":
            names = dict.fromkeys(s.name for s in selectors(node.part) if s.name)
            if len(names) == 1 and len(item.nodes) > 1 and not hasattr(node.part, "step"):
                yield f"{node.function}() of the gauge '{next(iter(names))}'"
            else:
                yield f"{node.function}() of an expression whose values may fall"
