"""A dashboard uses a variable that it does not have.

Why: Grafana lets an unknown ``$name`` stand. Prometheus then refuses the query, or finds no series
whose label has this very text, and the panel stays empty.

Bad:
```yaml
secrets:
  grafana: { keys: [password] }
services:
  grafana: { kind: grafana, admin: { password: grafana/password }, depends_on: [prometheus] }
dashboards:
  web:
    title: Web
    variables: { path: { query: "label_values(http_requests_total, path)" } }
    panels: [{ title: Requests, expr: 'rate(http_requests_total{path="$pth"}[5m])' }]
```

Good:
```yaml
secrets:
  grafana: { keys: [password] }
services:
  grafana: { kind: grafana, admin: { password: grafana/password }, depends_on: [prometheus] }
dashboards:
  web:
    title: Web
    variables: { path: { query: "label_values(http_requests_total, path)" } }
    panels: [{ title: Requests, expr: 'rate(http_requests_total{path="$path"}[5m])' }]
```

Fix: declare the variable under ``variables`` of the dashboard, or write the name of one that is
there. Grafana itself has ``$__rate_interval``, ``$__interval``, ``$__range`` and others.

Source: grafana.com/docs/grafana/latest/dashboards/variables/add-template-variables
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, Origin, error
from platc_compiler.diagnostics.did_you_mean import closest_match
from platc_compiler.grafana.variables import GLOBAL, names
from platc_compiler.grafana.whole import variable_names
from platc_compiler.ir.dashboards import Dashboard
from platc_compiler.ir.platform import Platform

CODE = "PLT435"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each variable that is not declared."""
    for board in platform.dashboards:
        known = _declared(board)
        for used, place in dict.fromkeys(_uses(board)):
            if used not in known and used not in GLOBAL:
                yield error(CODE, f"unknown variable '${used}'", place, _hint(used, known))


def _declared(board: Dashboard) -> frozenset[str]:
    own = frozenset(variable.name for variable in board.variables)
    return own | variable_names(board.whole.model) if board.whole is not None else own


def _uses(board: Dashboard) -> Iterator[tuple[str, Origin]]:
    """Yield each use of a variable, with its place."""
    for query in board.queries():
        for name in names(query.expr):
            yield name, query.origin
    for panel in board.every_panel():
        if panel.repeat:
            yield panel.repeat, (*panel.origin, "repeat")
    for row in board.rows:
        if row.repeat:
            yield row.repeat, (*row.origin, "repeat")


def _hint(used: str, known: frozenset[str]) -> str:
    close = closest_match(used, known | GLOBAL)
    if close is not None:
        return f"did you mean '${close}'?"
    return "declare it under variables: of the dashboard"
