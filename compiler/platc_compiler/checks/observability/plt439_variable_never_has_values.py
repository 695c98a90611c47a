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
from platc_compiler.expressions.known_series import KnownSeries, known_series
from platc_compiler.ir.dashboards import Dashboard, Query, Variable
from platc_compiler.ir.platform import Platform

CODE = "PLT439"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each label that is certainly missing."""
    series = known_series(platform)
    for board in platform.dashboards:
        here = set(asked_here(board, platform))
        for variable in board.variables:
            for query in variable.asked:
                if variable.label_asked and query in here:
                    yield from _missing(variable, query, board, series)


def _missing(
    variable: Variable, query: Query, board: Dashboard, series: KnownSeries
) -> Iterator[Diagnostic]:
    from platc_compiler.expressions.promql import PromqlError, selectors

    try:
        found = list(selectors(parsed(query.expr, board)))
    except PromqlError:
        return
    if len(found) != 1 or not found[0].name:
        return
    there = series.samples(found[0]).may
    if variable.label_asked not in there:
        message = f"the metric '{found[0].name}' has no label '{variable.label_asked}'"
        hint = did_you_mean(variable.label_asked, () if there.inverted else there.listed)
        yield error(CODE, message, query.origin, hint)
