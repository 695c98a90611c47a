"""The file of a dashboard is missing, or holds no dashboard.

Why: Grafana skips a file that it cannot read, and the dashboard is not there.

Bad:
```yaml
secrets:
  grafana: { keys: [password] }
services:
  grafana: { kind: grafana, admin: { password: grafana/password }, depends_on: [prometheus] }
dashboards:
  web: { file: boards/web.json }
```

Good:
```yaml
secrets:
  grafana: { keys: [password] }
services:
  grafana: { kind: grafana, admin: { password: grafana/password }, depends_on: [prometheus] }
dashboards:
  web: { title: Web, panels: [{ title: Requests, expr: sum(http_requests_total) }] }
```

Fix: save the dashboard in Grafana ("Export", "Export as code", classic JSON) below the folder of
platform.yaml. ``platc import dashboard`` turns it into the language where the language can say it.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.grafana.whole import NotADashboardError, model_of
from platc_compiler.lower.kind import Context
from platc_compiler.source.load import Unreadable

CODE = "PLT438"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each file that cannot be shown."""
    for name, board in context.spec.dashboards.items():
        if board.file is None:
            continue
        place = ("dashboards", name, "file")
        try:
            text = context.file(board.file)
        except Unreadable as fault:
            yield fault.diagnostic
            continue
        if text is None:
            message = f"there is no file {board.file} beside platform.yaml"
            yield error(CODE, message, place, "name a file below its folder")
            continue
        try:
            model_of(text)
        except NotADashboardError as fault:
            yield error(CODE, f"{board.file} holds no dashboard: {fault}", place)
