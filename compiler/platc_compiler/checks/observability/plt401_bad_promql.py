"""An expression is no PromQL.

Why: Prometheus refuses the whole rule file for one bad expression, and Grafana shows an empty
panel.

Bad:
```yaml
alerts:
  ManyErrors: { expr: "sum(rate(http_requests_total[5m]) > 5", severity: warning, summary: Many }
```

Good:
```yaml
alerts:
  ManyErrors: { expr: "sum(rate(http_requests_total[5m])) > 5", severity: warning, summary: Many }
```

Fix: correct the expression. ``errors`` and ``total`` of an objective are selectors of a counter,
such as ``http_requests_total{code=~"5.."}``: the windows are put around them.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, Origin, error
from platc_compiler.lower.kind import Context
from platc_spec.platform import Spec

CODE = "PLT401"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each expression that cannot be parsed."""
    spec = context.spec
    for text, place, is_rule in _expressions(spec):
        fault = _fault(text, is_rule=is_rule)
        if fault:
            yield error(CODE, f"this is no PromQL: {fault}", place)
    for name, objective in spec.slos.items():
        for key, text in (("errors", objective.errors), ("total", objective.total)):
            fault = _fault(text, is_rule=True) or _no_selector(text)
            if fault:
                hint = 'write a selector of a counter, such as http_requests_total{code=~"5.."}'
                yield error(CODE, f"this is no selector: {fault}", ("slos", name, key), hint)


def _expressions(spec: Spec) -> Iterator[tuple[str, Origin, bool]]:
    for name, alert in spec.alerts.items():
        yield alert.expr, ("alerts", name, "expr"), True
    for name, board in spec.dashboards.items():
        for number, panel in enumerate(board.panels):
            place: Origin = ("dashboards", name, "panels", number)
            if panel.expr is not None:
                yield panel.expr, (*place, "expr"), False
            for index, query in enumerate(panel.queries):
                yield query.expr, (*place, "queries", index, "expr"), False


def _fault(text: str, *, is_rule: bool) -> str:
    from platc_compiler.expressions.promql import PromqlError, parse

    if is_rule and "$__" in text:
        return "variables such as $__rate_interval are Grafana's, Prometheus does not know them"
    try:
        parse(text)
    except PromqlError as fault:
        return str(fault)
    return ""


def _no_selector(text: str) -> str:
    from promql_parser import VectorSelector

    from platc_compiler.expressions.promql import parse

    expression = parse(text)
    plain = isinstance(expression, VectorSelector) and expression.offset is None
    return "" if plain else "it is an expression of its own"
