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

Fix: add a service of kind ``grafana`` that depends on Prometheus, and ``notifications``; remove
settings of Grafana that switch its alerts or its mails off; or leave the alert to Prometheus.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, Origin, error
from platc_compiler.lower.dependencies import split_dependency
from platc_compiler.lower.grafana_alerting import told
from platc_compiler.lower.kind import Context
from platc_compiler.lower.observability import evaluated_by

CODE = "PLT457"
_OFF = frozenset({"0", "f", "false", "n", "no", "off"})
"""What Grafana reads as false. Source: ``parseBool`` of go-ini."""


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
    yield from _switched_off(context)


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


def _switched_off(context: Context) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each setting of Grafana without which no alert is sent."""
    from platc_compiler.settings.grafana import EVALUATES, MAILS
    from platc_compiler.settings.programs import programs

    needed = set(EVALUATES)
    notifications = context.spec.notifications
    if notifications is not None and any(each.email for each in told(notifications).values()):
        needed.add(MAILS)
    for of in programs(context.spec):
        if of.name not in context.dashboard_servers[:1]:
            continue
        for stated in of.settings():
            if stated.name.lower() in needed and str(stated.value).lower() in _OFF:
                message = f"Grafana is to send alerts, and '{stated.name}' prevents that"
                hint = "remove it, or leave the alerts to Prometheus"
                yield error(CODE, message, stated.place, hint, on_key=True)
