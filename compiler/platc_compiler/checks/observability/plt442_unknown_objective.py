"""A panel shows the error budget of an objective that is not there.

Why: the panel stays empty.

Bad:
```yaml
secrets:
  grafana: { keys: [password] }
services:
  grafana: { kind: grafana, admin: { password: grafana/password }, depends_on: [prometheus] }
slos:
  web: { objective: 99%, window: 30d, errors: http_requests_total, total: http_requests_total }
dashboards:
  web: { title: Web, panels: [{ title: Budget, slo: wbe }] }
```

Good:
```yaml
secrets:
  grafana: { keys: [password] }
services:
  grafana: { kind: grafana, admin: { password: grafana/password }, depends_on: [prometheus] }
slos:
  web: { objective: 99%, window: 30d, errors: http_requests_total, total: http_requests_total }
dashboards:
  web: { title: Web, panels: [{ title: Budget, slo: web }] }
```

Fix: write the name of an objective under ``slos``.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, Origin, error
from platc_compiler.diagnostics.did_you_mean import did_you_mean
from platc_compiler.lower.kind import Context

CODE = "PLT442"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each panel of an unknown objective."""
    slos = context.spec.slos
    for name, board in context.spec.dashboards.items():
        for path, panel in board.placed():
            place: Origin = ("dashboards", name, *path)
            if panel.slo is None:
                continue
            if panel.slo not in slos:
                hint = did_you_mean(panel.slo, slos, "declare it under slos:")
                yield error(CODE, f"no objective '{panel.slo}'", (*place, "slo"), hint)
            if panel.expr is not None:
                message = "'expr' beside 'slo'"
                yield error(CODE, message, (*place, "expr"), "remove 'expr'", on_key=True)
