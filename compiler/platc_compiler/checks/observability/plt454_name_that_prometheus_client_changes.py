"""A metric is declared under a name or a label that ``prometheus_client`` does not serve.

Why: the library puts ``_total`` behind the name of every counter, and keeps ``le`` of histograms,
``quantile`` of summaries, and what begins with two underscores, for itself. Code that uses the
module of the metrics would serve another name than alerts ask for, or not start.

Bad:
```yaml
monitoring: { metrics_modules: true }
metrics:
  orders: { help: Orders taken, type: counter, from: web }
```

Good:
```yaml
monitoring: { metrics_modules: true }
metrics:
  orders_total: { help: Orders taken, type: counter, from: web }
```

Fix: end the name of a counter in ``_total``; rename the label or the metric.

Source: ``metrics.py`` and ``validation.py`` of prometheus/client_python 0.26.0.
"""

from __future__ import annotations

from collections.abc import Iterator
from keyword import iskeyword

from platc_compiler.diagnostics import Diagnostic, Origin, error
from platc_compiler.lower.kind import Context

CODE = "PLT454"
_RESERVED = {"histogram": "le", "summary": "quantile"}
_IMPORTED = frozenset(("Counter", "Gauge", "Histogram", "Summary"))


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each such name and label, where modules are asked for."""
    monitoring = context.spec.monitoring
    if monitoring is None or not monitoring.metrics_modules:
        return
    for name, metric in context.spec.metrics.items():
        place: Origin = ("metrics", name)
        if metric.type == "counter" and not name.endswith("_total"):
            message = f"prometheus_client serves the counter '{name}' as '{name}_total'"
            yield error(CODE, message, place, f"declare '{name}_total'", on_key=True)
        if iskeyword(name) or name in _IMPORTED:
            message = f"'{name}' cannot be the name of a variable in the module of the metrics"
            yield error(CODE, message, place, "rename it", on_key=True)
        for index, label in enumerate(metric.labels):
            if label == _RESERVED.get(metric.type) or label.startswith("__"):
                message = (
                    f"prometheus_client keeps the label '{label}' of a {metric.type} for itself"
                )
                yield error(CODE, message, (*place, "labels", index), "rename it")
