"""A variable asks for the values of a label that its metric does not have.

Why: the list of values stays empty, and so does every panel that uses the variable.

Bad:
```yaml
secrets:
  grafana: { keys: [password] }
services:
  grafana: { kind: grafana, admin: { password: grafana/password }, depends_on: [prometheus] }
metrics:
  shop_orders: { help: Orders, labels: [region], from: web }
dashboards:
  web:
    title: Web
    variables: { region: { query: "label_values(shop_orders, regin)" } }
    panels: [{ title: Orders, expr: 'sum(shop_orders{region="$region"})' }]
```

Good:
```yaml
secrets:
  grafana: { keys: [password] }
services:
  grafana: { kind: grafana, admin: { password: grafana/password }, depends_on: [prometheus] }
metrics:
  shop_orders: { help: Orders, labels: [region], from: web }
dashboards:
  web:
    title: Web
    variables: { region: { query: "label_values(shop_orders, region)" } }
    panels: [{ title: Orders, expr: 'sum(shop_orders{region="$region"})' }]
```

Fix: write a label of the metric. Labels are known of metrics that are declared under ``metrics``
and of exporters whose metrics are catalogued with labels; of others nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.checks.observability.grafana_queries import asked_here, parsed
from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.diagnostics.did_you_mean import did_you_mean
from platc_compiler.expressions.known_metrics import KnownMetrics, known_metrics
from platc_compiler.ir.dashboards import Dashboard, Query, Variable
from platc_compiler.ir.platform import Platform

CODE = "PLT439"
_OF_TARGETS = frozenset(
    {"job", "instance", "service", "namespace", "pod", "node", "le", "quantile"}
)
"""The labels that scraping, histograms and summaries add."""


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each label that is certainly missing."""
    known = known_metrics(platform)
    for board in platform.dashboards:
        here = set(asked_here(board, platform))
        for variable in board.variables:
            for query in variable.asked:
                if variable.label_asked and query in here:
                    yield from _missing(variable, query, board, known)


def _missing(
    variable: Variable, query: Query, board: Dashboard, known: KnownMetrics
) -> Iterator[Diagnostic]:
    from platc_compiler.expressions.promql import PromqlError, selectors

    try:
        found = list(selectors(parsed(query.expr, board)))
    except PromqlError:
        return
    metric = known.metrics.get(found[0].name) if len(found) == 1 else None
    if metric is None or not metric.labels:
        return
    there = frozenset(metric.labels) | _OF_TARGETS
    if variable.label_asked not in there:
        message = f"the metric '{metric.name}' has no label '{variable.label_asked}'"
        yield error(CODE, message, query.origin, did_you_mean(variable.label_asked, metric.labels))
