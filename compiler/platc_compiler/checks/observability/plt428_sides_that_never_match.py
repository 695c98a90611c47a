"""The two sides of an operator never match: one always has a label that the other never has.

Why: ``and``, arithmetic and comparisons join series whose labels are all equal. If a label is on
one side only, no pair is equal and the result is empty, without an error.

Bad:
```yaml
metrics:
  calls_total: { help: Calls taken, type: counter, labels: [kind], from: web }
  calls_limit: { help: Calls allowed in a second, labels: [tier], from: web }
alerts:
  ManyCalls:
    expr: rate(calls_total[5m]) > calls_limit
    severity: warning
    summary: Many calls
```

Good:
```yaml
metrics:
  calls_total: { help: Calls taken, type: counter, labels: [kind], from: web }
  calls_limit: { help: Calls allowed in a second, labels: [tier], from: web }
alerts:
  ManyCalls:
    expr: sum by (job) (rate(calls_total[5m])) > on (job) sum by (job) (calls_limit)
    severity: warning
    summary: Many calls
```

Fix: say by which labels the sides are matched (``on``, ``ignoring``), with ``group_left`` or
``group_right`` if one side has several series for each of the other; or bring both sides to the
same labels with ``sum by (…)``.

Source: prometheus.io/docs/prometheus/latest/querying/operators, "Vector matching".
"""

from __future__ import annotations

from collections.abc import Iterator

from promql_parser import BinaryExpr

from platc_compiler.checks.observability.expressions import Stated, stated
from platc_compiler.diagnostics import Diagnostic, warning
from platc_compiler.expressions.results import apart, matching_of
from platc_compiler.ir.platform import Platform

CODE = "PLT428"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield a warning for each operator whose sides never match."""
    for item in stated(platform):
        for operation, apart_in, common in dict.fromkeys(_never(item)):
            what = "excludes nothing" if operation == "unless" else "never has a result"
            labels = "', '".join(apart_in)
            message = f"'{operation}' {what}: only one side has '{labels}'"
            hint = f"say by which labels the sides are joined: on ({', '.join(common)})"
            yield warning(CODE, message, item.origin, hint)


def _never(item: Stated) -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """Yield each such operator, the labels of one side only, and those that both sides have."""
    for node in item.nodes:
        if not isinstance(node.part, BinaryExpr) or str(node.part.op) == "or":
            continue
        left, right = (item.results[index] for index in node.below)
        matching = matching_of(node.part)
        if matching is None or left.scalar or right.scalar or left.empty or right.empty:
            continue
        labels = apart(matching, left, right)
        if labels:
            yield str(node.part.op), labels, tuple(sorted(left.certain & right.certain))
