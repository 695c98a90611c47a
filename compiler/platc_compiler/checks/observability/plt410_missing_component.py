"""Something is declared that no service of the platform carries out.

Why: alerts without a Prometheus are never evaluated; the alerts of a Prometheus without an
Alertmanager, and notifications without an Alertmanager, are never sent; dashboards without a
Grafana are never shown. Where Grafana evaluates every alert and there are no objectives, it sends
the notifications itself.

Bad:
```yaml
dashboards:
  web: { title: Web, panels: [{ title: Requests, expr: "sum(rate(http_requests_total[5m]))" }] }
```

Good:
```yaml
secrets:
  grafana: { keys: [password] }
services:
  grafana: { kind: grafana, admin: { password: grafana/password }, depends_on: [prometheus] }
dashboards:
  web: { title: Web, panels: [{ title: Requests, expr: "sum(rate(http_requests_total[5m]))" }] }
```

Fix: add the service, or let the existing service depend on the other one: Prometheus on
Alertmanager, Grafana on Prometheus.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.lower.dependencies import split_dependency
from platc_compiler.lower.kind import Context
from platc_compiler.lower.observability import evaluated_by

CODE = "PLT410"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each part that no service carries out."""
    yield from _without_a_service(context)
    monitors, notifiers = context.monitors, context.notifiers
    yield from _without_a_way(context, monitors, notifiers, "its alerts reach nobody")
    if context.spec.dashboards:
        servers = context.dashboard_servers
        yield from _without_a_way(context, servers, monitors, "its dashboards stay empty")


def _without_a_service(context: Context) -> Iterator[Diagnostic]:
    spec = context.spec
    sent = spec.notifications is not None and not _sent_by_grafana(context)
    for part, value, kind, services in (
        ("alerts", spec.alerts, "prometheus", context.monitors),
        ("recordings", spec.recordings, "prometheus", context.monitors),
        ("slos", spec.slos, "prometheus", context.monitors),
        ("notifications", sent, "alertmanager", context.notifiers),
        ("dashboards", spec.dashboards, "grafana", context.dashboard_servers),
    ):
        if value and not services:
            message = f"{part} need a service of kind {kind}"
            yield error(CODE, message, (part,), f"add one of kind {kind}", on_key=True)


def _sent_by_grafana(context: Context) -> bool:
    """Return whether all alerts of platform.yaml are Grafana's, and only it is to send.

    Those of objectives never are. Alertmanager alone waits, is silent for planned work, and sends
    the Watchdog.
    """
    spec, stated = context.spec, context.spec.notifications
    if stated is None or stated.escalation or stated.silences or stated.watchdog is not None:
        return False
    evaluators = {evaluated_by(alert, spec) for alert in spec.alerts.values()}
    return evaluators == {"grafana"} and not spec.slos


def _without_a_way(
    context: Context, services: Iterable[str], targets: Iterable[str], why: str
) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each service that depends on none of the targets."""
    others = set(targets)
    for name in services:
        depends_on = context.spec.services[name].depends_on
        needs = {split_dependency(entry)[0] for entry in depends_on}
        if others and not needs & others:
            message = f"'{name}' does not depend on '{min(others)}': {why}"
            hint = f"add depends_on: [{min(others)}]"
            yield error(CODE, message, ("services", name), hint, on_key=True)
