"""A standard dashboard has no panel, because nothing exports its metrics.

Why: the standard dashboards have only panels whose metrics somebody on the platform exports. Where
none is left, the dashboard is not written, and people look for it in vain.

Bad:
```yaml
secrets:
  grafana: { keys: [password] }
services:
  grafana:
    kind: grafana
    admin: { password: grafana/password }
    depends_on: [prometheus]
    standard_dashboards: [overview, services]
```

Good:
```yaml
secrets:
  grafana: { keys: [password] }
services:
  web: { metrics: { requests: { total: http_requests_total } } }
  grafana:
    kind: grafana
    admin: { password: grafana/password }
    depends_on: [prometheus]
    standard_dashboards: [overview, services]
```

Fix: remove it from the list, or let a service export what it shows: ``services`` wants
``metrics.requests`` of a service, ``database`` an exporter of the database, ``infrastructure``
services of the kinds ``node_exporter`` and ``kube_state_metrics``, ``etl`` an Airflow.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, warning
from platc_compiler.ir.dashboards import STANDARD_PREFIX
from platc_compiler.ir.platform import Platform

CODE = "PLT449"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield a warning for each standard dashboard that has no panel."""
    there = {board.name for board in platform.dashboards}
    for server in platform.dashboard_servers:
        for position, name in enumerate(server.standard):
            if STANDARD_PREFIX + name not in there:
                message = (
                    f"the standard dashboard '{name}' has no panel: nothing exports its metrics"
                )
                place = (*server.origin, "standard_dashboards", position)
                yield warning(CODE, message, place, "remove it, or export what it shows")
