"""A label under ``labels`` of an alert replaces what platc routes by, or changes at every
evaluation.

Why: an alert is known by its labels. One whose label has the value of the moment (``{{ $value }}``)
is another alert at every evaluation: with ``for`` it never fires, without it the notifications
never end. ``severity`` decides who is told, and a second one beside it wins over the first.

Bad:
```yaml
alerts:
  WebDown: { labels: { severity: page } }
```

Good:
```yaml
alerts:
  WebDown: { labels: { team: shop } }
```

Fix: state the severity by ``severity:``; name the alert by its key; put the value into
``description`` or an annotation.

Source: prometheus/prometheus#4836.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from promql_parser import BinaryExpr, NumberLiteral, ParenExpr

from platc_compiler.diagnostics import Diagnostic, Origin, error, warning
from platc_compiler.expressions.promql import Expression, PromqlError, parse
from platc_compiler.ir.observability import Alert
from platc_compiler.ir.platform import Platform

CODE = "PLT431"
_OF_THE_MOMENT = re.compile(
    r"\{\{-?+\s*+(?!if\b|else\b|with\b|range\b|/\*|end\b)"
    r"[^}]*?(?:\$value|\.Value|\bnow\b)"
)


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each label of an alert that breaks it."""
    for alert in platform.alerts:
        if alert.origin[0] == "alerts":
            yield from _labels(alert)


def _labels(alert: Alert) -> Iterator[Diagnostic]:
    for label, text in alert.labels:
        place: Origin = (*alert.origin, "labels", label)
        if label == "severity" and text != alert.severity:
            message = f"this replaces the severity '{alert.severity}', by which alerts are routed"
            hint = "remove it: severity: states it (critical, warning or info)"
            yield error(CODE, message, place, hint, on_key=True)
        elif label == "alertname":
            message = "Prometheus replaces the label 'alertname' by the name of the alert"
            yield error(CODE, message, place, "remove it, and rename the alert", on_key=True)
        elif _OF_THE_MOMENT.search(text) and not _is_constant(alert.expr):
            then = "it never fires with 'for'" if alert.lasting else "it is a new alert each time"
            message = f"the label changes with the value, so {then}"
            yield warning(CODE, message, place, "put the value into the description")


def _is_constant(text: str) -> bool:
    """Return whether an expression has one value only, as ``up == 0`` has."""
    try:
        expression: Expression = parse(text)
    except PromqlError:
        return True
    while isinstance(expression, ParenExpr):
        expression = expression.expr
    return (
        isinstance(expression, BinaryExpr)
        and str(expression.op) == "=="
        and isinstance(expression.rhs, NumberLiteral)
    )
