"""A text of an alert, or a legend, fills in a label that the expression's result does not have.

Why: the text is then empty at the place where it should name the broken component.

Bad:
```yaml
alerts:
  ManyErrors:
    expr: sum by (code) (rate(http_requests_total[5m])) > 1
    severity: warning
    summary: Many errors on {{ $labels.path }}
```

Good:
```yaml
alerts:
  ManyErrors:
    expr: sum by (code, path) (rate(http_requests_total[5m])) > 1
    severity: warning
    summary: Many errors on {{ $labels.path }}
```

Fix: keep the label in the expression (``by``), or name another one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from platc_compiler.checks.observability.expressions import stated
from platc_compiler.diagnostics import Diagnostic, Origin, warning
from platc_compiler.diagnostics.did_you_mean import did_you_mean
from platc_compiler.expressions.known_metrics import KnownMetrics, known_metrics
from platc_compiler.ir.platform import Platform

if TYPE_CHECKING:
    from platc_compiler.expressions.promql import Expression

CODE = "PLT408"
_IN_ALERTS = re.compile(r"\{\{[^}]*\$labels\.(\w+)[^}]*\}\}")
_IN_LEGENDS = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_OF_TARGETS = frozenset({"job", "instance", "service", "namespace", "pod", "node"})
"""The labels that scraping adds to every sample."""
_OF_ALERTS = frozenset({"alertname", "severity"})


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield a warning for each label that is certainly missing."""
    known = known_metrics(platform)
    results = {item.origin: _labels(item.expression, known) for item in stated(platform)}
    for text, place, expression, own in _texts(platform):
        there = results.get(expression)
        if there is None:
            continue
        pattern = _IN_ALERTS if place[0] == "alerts" else _IN_LEGENDS
        for label in dict.fromkeys(pattern.findall(text)):
            if label not in there | own:
                message = f"the result has no label '{label}'"
                yield warning(CODE, message, place, did_you_mean(label, there))


def _texts(platform: Platform) -> Iterator[tuple[str, Origin, Origin, frozenset[str]]]:
    """Yield each text, its place, the place of its expression, and the other labels it may use."""
    for name, alert in platform.spec.alerts.items():
        own = _OF_ALERTS | alert.labels.keys()
        for key, text in (("summary", alert.summary), ("description", alert.description)):
            yield text, ("alerts", name, key), ("alerts", name, "expr"), own
    for name, board in platform.spec.dashboards.items():
        for path, panel in board.placed():
            place: Origin = ("dashboards", name, *path)
            yield panel.legend, (*place, "legend"), (*place, "expr"), frozenset()
            for index, query in enumerate(panel.queries):
                at = (*place, "queries", index)
                yield query.legend, (*at, "legend"), (*at, "expr"), frozenset()


def _labels(expression: Expression, known: KnownMetrics) -> frozenset[str] | None:
    """Return the labels of an expression's result, ``None`` if they are not certainly known."""
    from promql_parser import (
        AggModifierType,
        AggregateExpr,
        BinaryExpr,
        Call,
        NumberLiteral,
        ParenExpr,
        VectorSelector,
    )

    match expression:
        case AggregateExpr():
            if expression.modifier is None:
                return frozenset()
            if expression.modifier.type == AggModifierType.By:
                return frozenset(expression.modifier.labels)
        case ParenExpr():
            return _labels(expression.expr, known)
        case BinaryExpr() if isinstance(expression.rhs, NumberLiteral):
            return _labels(expression.lhs, known)
        case VectorSelector() | Call():
            return _of_samples(expression, known)
    return None


def _of_samples(expression: Expression, known: KnownMetrics) -> frozenset[str] | None:
    """Return the labels of a metric's samples, if its exporter declares them."""
    from platc_compiler.expressions.promql import selectors

    found = list(selectors(expression))
    metric = known.metrics.get(found[0].name) if len(found) == 1 else None
    if metric is None or not metric.labels or "label_" in str(expression.prettify()):
        return None
    return frozenset(metric.labels) | _OF_TARGETS | {name for name, _, _ in found[0].matchers}
