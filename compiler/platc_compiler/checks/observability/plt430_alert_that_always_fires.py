"""An alert compares nothing, or a comparison of it does not filter: it fires as long as there are
series.

Why: an alert fires for every series that its expression returns, whatever the value. Only a
comparison without ``bool`` leaves series out. ``or vector(0)`` at the end brings one back that is
always there.

Bad:
```yaml
metrics:
  calls_total: { help: Calls taken, type: counter, labels: [kind], from: web }
alerts:
  ManyCalls:
    expr: sum(rate(calls_total[5m]))
    severity: warning
    summary: Many calls
```

Good:
```yaml
metrics:
  calls_total: { help: Calls taken, type: counter, labels: [kind], from: web }
alerts:
  ManyCalls:
    expr: sum(rate(calls_total[5m])) > 10
    severity: warning
    summary: Many calls
```

Fix: compare with a limit, remove ``bool``, and put ``or vector(0)`` before the comparison:
``(sum(x) or vector(0)) > 5``.
"""

from __future__ import annotations

from collections.abc import Iterator

from promql_parser import BinaryExpr

from platc_compiler.checks.observability.expressions import Stated, stated
from platc_compiler.diagnostics import Diagnostic, warning
from platc_compiler.expressions.firing import COMPARISONS, always, selector_free
from platc_compiler.expressions.known_types import known_types
from platc_compiler.ir.platform import Platform

CODE = "PLT430"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield a warning for each alert that fires whatever the values are."""
    types = known_types(platform)
    for item in stated(platform):
        # A constant, such as vector(1), is meant to fire always.
        if item.alert is None or selector_free(item.expression):
            continue
        if always(item.expression, types)[0]:
            message = "this alert fires as long as there is any series, whatever its value"
            yield warning(CODE, message, item.origin, _hint(item))


def _hint(item: Stated) -> str:
    for node in item.nodes:
        if isinstance(node.part, BinaryExpr) and str(node.part.op) in COMPARISONS:
            if node.part.modifier is not None and node.part.modifier.return_bool:
                return "remove 'bool': with it, 0 is a result too"
            return "the part after 'or' is always there: compare after it"
    return "compare it with a limit, such as > 0"
