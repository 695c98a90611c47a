"""An alert is Grafana's, and nothing evaluates or sends it.

Why: Grafana asks the Prometheus that it depends on, and tells the receivers of
``notifications.routes``. Without one of them there is no rule, or no message. Grafana tells its
rules apart by their titles, which are the names of alerts.

Bad:
```yaml
alerts:
  Slow: { expr: "up == 0", severity: warning, summary: Slow, evaluated_by: grafana }
```

Good:
```yaml
secrets: { grafana: { namespace: shop, keys: [password] } }
services:
  grafana: { kind: grafana, admin: { password: grafana/password }, depends_on: [prometheus] }
alerts:
  Slow: { expr: "up == 0", severity: warning, summary: Slow, evaluated_by: grafana }
```

Fix: add a service of kind ``grafana`` that depends on Prometheus, and ``notifications``; or leave
the alert to Prometheus.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, Origin, error
from platc_compiler.lower.dependencies import split_dependency
from platc_compiler.lower.kind import Context
from platc_compiler.lower.observability import evaluated_by

CODE = "PLT457"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield a diagnostic for what is missing, and one for each name that two alerts have."""
    spec = context.spec
    managed = {
        name: alert for name, alert in spec.alerts.items() if evaluated_by(alert, spec) == "grafana"
    }
    if not managed:
        return
    first, alert = next(iter(managed.items()))
    stated = alert.evaluated_by is not None
    place: Origin = ("alerts", first) if stated else ("monitoring",)
    missing = _missing(context)
    if missing is not None:
        message, hint = missing
        yield error(CODE, message, (*place, "evaluated_by"), hint)
    seen: set[str] = set()
    for name, alert in managed.items():
        title = alert.alertname or name
        if title in seen:
            message = f"Grafana has one rule of the name '{title}', and this is another"
            hint = "give it a name of its own: remove alertname, or leave it to Prometheus"
            yield error(CODE, message, ("alerts", name), hint, on_key=True)
        seen.add(title)


def _missing(context: Context) -> tuple[str, str] | None:
    """Return what is missing, and what to do about it."""
    if not context.dashboard_servers:
        return "there is no Grafana to evaluate it", "add a service of kind grafana"
    name = context.dashboard_servers[0]
    asked = {split_dependency(each)[0] for each in context.spec.services[name].depends_on}
    # An unknown service is told of by itself.
    if asked <= context.offerings.keys() and asked.isdisjoint(context.monitors):
        message = f"'{name}' has no Prometheus to ask"
        return message, f"add the Prometheus to depends_on of {name}"
    if context.spec.notifications is None:
        return "Grafana has nobody to tell", "add notifications:"
    return None
