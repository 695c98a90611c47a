"""A variable that may have several values is compared with ``=``.

Why: Grafana joins several values as ``(a|b)``, and escapes characters of regular expressions even
in a single one. No label has this very text: the panel is empty as soon as somebody chooses "All",
two values, or one with a point in it.

Bad:
```yaml
secrets:
  grafana: { keys: [password] }
services:
  grafana: { kind: grafana, admin: { password: grafana/password }, depends_on: [prometheus] }
dashboards:
  web:
    title: Web
    variables: { path: { query: "label_values(http_requests_total, path)", multi: true } }
    panels: [{ title: Requests, expr: 'rate(http_requests_total{path="$path"}[5m])' }]
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
    variables: { path: { query: "label_values(http_requests_total, path)", multi: true } }
    panels: [{ title: Requests, expr: 'rate(http_requests_total{path=~"$path"}[5m])' }]
```

Fix: compare with ``=~``, or ``!~``.

Source: grafana/packages/grafana-prometheus/src/datasource.ts (``interpolateQueryExpr``)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, warning
from platc_compiler.ir.dashboards import Dashboard, Panel
from platc_compiler.ir.platform import Platform

CODE = "PLT440"
_COMPARED = re.compile(
    r"\w\s*(?P<operator>!=|(?<![=<>!])=)\s*[\"'`](?:\$(?P<plain>\w+)|\$\{(?P<full>\w+)\})[\"'`]"
)


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield a warning for each such comparison."""
    for board in platform.dashboards:
        several = {v.name for v in board.variables if v.multi or v.every}
        repeated = _repeated(board)
        for query in board.queries() if several else ():
            for found in _COMPARED.finditer(query.expr):
                name = found["plain"] or found["full"]
                if name in several and (name, query.origin) not in repeated:
                    wanted = "=~" if found["operator"] == "=" else "!~"
                    message = f"'${name}' may have several values"
                    hint = f'write {wanted}"${name}"'
                    yield warning(CODE, message, query.origin, hint)


def _repeated(board: Dashboard) -> set[tuple[str, tuple[str | int, ...]]]:
    """Return the variables that have one value where a panel or its row is repeated for each."""
    placed: list[tuple[str | None, Panel]] = [(panel.repeat, panel) for panel in board.panels]
    for row in board.rows:
        placed += [(name, panel) for panel in row.panels for name in (row.repeat, panel.repeat)]
    return {(name, query.origin) for name, panel in placed if name for query in panel.queries}
