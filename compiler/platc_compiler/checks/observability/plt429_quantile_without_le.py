"""A quantile is asked of buckets whose label ``le`` is gone.

Why: ``le`` says how far a bucket reaches. Without it ``histogram_quantile`` returns nothing.

Bad:
```yaml
metrics:
  call_seconds: { help: Seconds that a call takes, type: histogram, labels: [kind], from: web }
alerts:
  SlowCalls:
    expr: histogram_quantile(0.9, sum by (kind) (rate(call_seconds_bucket[5m]))) > 1
    severity: warning
    summary: Slow calls
```

Good:
```yaml
metrics:
  call_seconds: { help: Seconds that a call takes, type: histogram, labels: [kind], from: web }
alerts:
  SlowCalls:
    expr: histogram_quantile(0.9, sum by (kind, le) (rate(call_seconds_bucket[5m]))) > 1
    severity: warning
    summary: Slow calls
```

Fix: keep ``le`` in the aggregation: ``sum by (le) (…)``.
"""

from __future__ import annotations

from collections.abc import Iterator

from promql_parser import Call

from platc_compiler.checks.observability.expressions import Stated, stated
from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.expressions.promql import selectors
from platc_compiler.ir.platform import Platform

CODE = "PLT429"
_OF_BUCKETS = frozenset({"histogram_quantile", "histogram_fraction"})


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield an error for each quantile of buckets without ``le``."""
    for item in stated(platform):
        for function in dict.fromkeys(_without(item)):
            message = f"{function}() needs the label 'le' of the buckets, which is gone here"
            yield error(CODE, message, item.origin, "keep it: sum by (le, …)")


def _without(item: Stated) -> Iterator[str]:
    for node in item.nodes:
        if isinstance(node.part, Call) and node.part.func.name in _OF_BUCKETS:
            vector = node.below[-1]
            names = {selector.name for selector in selectors(item.nodes[vector].part)}
            # A native histogram has neither buckets of its own nor le.
            classic = bool(names) and all(name.endswith("_bucket") for name in names)
            if classic and "le" not in item.results[vector].may:
                yield node.part.func.name
