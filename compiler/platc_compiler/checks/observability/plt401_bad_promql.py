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

from collections.abc import Callable, Iterator
from functools import partial

from platc_compiler.checks.observability.grafana_queries import parsed
from platc_compiler.diagnostics import Diagnostic, Origin, error
from platc_compiler.expressions.promql_bounds import MOST_OF_ALL, together
from platc_compiler.ir.dashboards import Dashboard
from platc_compiler.lower.dashboards import declared_dashboards
from platc_compiler.lower.kind import Context
from platc_spec.kinds.workload import Workload
from platc_spec.platform import Spec

CODE = "PLT401"
_COUNTER = 'write a selector of a counter, such as http_requests_total{code=~"5.."}'
_HISTOGRAM = "for slow events write latency: { histogram: NAME, below: 300ms }"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each expression that cannot be parsed.

    The parser keeps memory for each: if all are too large together, those after are not parsed.
    """
    taken = 0
    for text, place, check in _every(context):
        taken += together(text)
        if taken > MOST_OF_ALL:
            message = "the expressions up to this one have too many operators and characters"
            yield error(CODE, message, place, "record a part of them by rules of their own")
            return
        yield from check(text, place)


_Check = Callable[[str, Origin], Iterator[Diagnostic]]


def _every(context: Context) -> Iterator[tuple[str, Origin, _Check]]:
    """Yield each expression with its place and what judges it."""
    for board in declared_dashboards(context):
        for query in board.queries():
            yield query.expr, query.origin, partial(_query, board)
    for text, place in _expressions(context.spec):
        yield text, place, _expression
    for text, place, hint in _selectors(context.spec):
        yield text, place, partial(_selector, hint)


def _query(board: Dashboard, text: str, place: Origin) -> Iterator[Diagnostic]:
    from platc_compiler.expressions.promql import PromqlError

    try:
        parsed(text, board)
    except PromqlError as fault:
        yield error(CODE, f"this is no PromQL: {fault}", place)


def _expression(text: str, place: Origin) -> Iterator[Diagnostic]:
    if fault := _fault(text):
        yield error(CODE, f"this is no PromQL: {fault}", place)


def _selector(hint: str, text: str, place: Origin) -> Iterator[Diagnostic]:
    if fault := _fault(text) or _no_selector(text):
        yield error(CODE, f"this is no selector: {fault}", place, hint)


def _expressions(spec: Spec) -> Iterator[tuple[str, Origin]]:
    for name, alert in spec.alerts.items():
        yield alert.expr, ("alerts", name, "expr")
    for index, rule in enumerate(spec.recordings):
        yield rule.expr, ("recordings", index, "expr")
    for name, service in spec.services.items():
        if isinstance(service, Workload) and service.autoscale and service.autoscale.metric:
            place = ("services", name, "autoscale", "metric", "query")
            yield service.autoscale.metric.query, place


def _selectors(spec: Spec) -> Iterator[tuple[str, Origin, str]]:
    """Yield the selectors of objectives, each with a hint."""
    for name, objective in spec.slos.items():
        for key, text in (("errors", objective.errors), ("total", objective.total)):
            if text is not None:
                yield text, ("slos", name, key), _HISTOGRAM if "_bucket" in text else _COUNTER
        if objective.latency is not None:
            place = ("slos", name, "latency", "histogram")
            yield objective.latency.histogram, place, "write the base name of the histogram"


def _fault(text: str) -> str:
    from platc_compiler.expressions.promql import PromqlError, parse

    if "$__" in text:
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
