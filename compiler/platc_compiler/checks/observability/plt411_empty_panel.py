"""A dashboard or a panel cannot be shown as it is declared.

Why: a panel without an expression stays empty, Grafana accepts no uid of more than 40 characters,
and only one dashboard can be the start page.

Bad:
```yaml
secrets:
  grafana: { keys: [password] }
services:
  grafana: { kind: grafana, admin: { password: grafana/password }, depends_on: [prometheus] }
dashboards:
  web: { title: Web, panels: [{ title: Requests, type: stat }] }
```

Good:
```yaml
secrets:
  grafana: { keys: [password] }
services:
  grafana: { kind: grafana, admin: { password: grafana/password }, depends_on: [prometheus] }
dashboards:
  web: { title: Web, panels: [{ title: Requests, type: stat, expr: sum(http_requests_total) }] }
```

Fix: give the panel an ``expr``, or ``text`` if its type is ``text``; shorten the dashboard's name;
mark one dashboard as ``home``.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, Origin, error
from platc_compiler.lower.kind import Context
from platc_spec.observability import Panel

CODE = "PLT411"
_LONGEST = 40
"""Source: grafana/pkg/util, the length of a uid."""


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each dashboard and panel that cannot be shown."""
    home = None
    for name, board in context.spec.dashboards.items():
        place: Origin = ("dashboards", name)
        if len(name) > _LONGEST:
            message = f"the name of a dashboard has {len(name)} characters"
            yield error(CODE, message, place, f"at most {_LONGEST}", on_key=True)
        if board.home and home is not None:
            message = f"a second home beside '{home}'"
            yield error(CODE, message, (*place, "home"), "keep one")
        home = name if board.home and home is None else home
        for number, panel in enumerate(board.panels):
            fault = _fault(panel)
            if fault:
                message = f"the panel '{panel.title}' {fault}"
                yield error(CODE, message, (*place, "panels", number))


def _fault(panel: Panel) -> str:
    asks = panel.expr is not None or bool(panel.queries)
    if panel.type == "text":
        return "has an expression, which a text does not show" if asks else ""
    return "" if asks else "has no expression"
