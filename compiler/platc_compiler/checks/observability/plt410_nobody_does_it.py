"""Something is declared that no service of the platform carries out.

Why: alerts without a Prometheus are never evaluated, those of a Prometheus without an Alertmanager
reach nobody, notifications without an Alertmanager are never sent, dashboards without a Grafana are
never shown.

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

Fix: add the service, or let the one that is there depend on the other: Prometheus on Alertmanager,
Grafana on Prometheus.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.lower.kind import Context

CODE = "PLT410"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each part that nobody carries out."""
    yield from _without_a_service(context)
    yield from _without_a_way(context, "prometheus", "alertmanager", "its alerts reach nobody")
    if context.spec.dashboards:
        yield from _without_a_way(context, "grafana", "prometheus", "its dashboards stay empty")


def _without_a_service(context: Context) -> Iterator[Diagnostic]:
    spec = context.spec
    for part, value, kind in (
        ("alerts", spec.alerts, "prometheus"),
        ("slos", spec.slos, "prometheus"),
        ("notifications", spec.notifications, "alertmanager"),
        ("dashboards", spec.dashboards, "grafana"),
    ):
        if value and not context.services(kind):
            message = f"{part} need a service of kind {kind}"
            yield error(CODE, message, (part,), f"add one of kind {kind}", on_key=True)


def _without_a_way(context: Context, kind: str, other: str, why: str) -> Iterator[Diagnostic]:
    """Yield a diagnostic where both are there, and the one does not depend on the other."""
    others = set(context.services(other))
    for name in context.services(kind):
        needs = {entry.partition(":")[0] for entry in context.spec.services[name].depends_on}
        if others and not needs & others:
            message = f"'{name}' does not depend on '{min(others)}': {why}"
            hint = f"add depends_on: [{min(others)}]"
            yield error(CODE, message, ("services", name), hint, on_key=True)
