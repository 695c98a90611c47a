"""A route or an escalation names a receiver that is not declared.

Why: Alertmanager refuses its whole configuration.

Bad:
```yaml
notifications:
  routes: { critical: oncal }
  receivers: { oncall: { email: oncall@example.com } }
```

Good:
```yaml
notifications:
  routes: { critical: oncall }
  receivers: { oncall: { email: oncall@example.com } }
```

Fix: write the name of a receiver under ``notifications.receivers``, or declare it there.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, Origin, error
from platc_compiler.diagnostics.did_you_mean import did_you_mean
from platc_compiler.lower.kind import Context
from platc_spec.observability import Notifications
from platc_spec.routes import receiver_of

CODE = "PLT404"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each name of a receiver that is not declared."""
    notifications = context.spec.notifications
    if notifications is None:
        return
    for name, place in named_receivers(notifications):
        if name not in notifications.receivers:
            hint = did_you_mean(name, notifications.receivers)
            yield error(CODE, f"unknown receiver '{name}'", place, hint)


def named_receivers(notifications: Notifications) -> Iterator[tuple[str, Origin]]:
    """Yield every mention of a receiver, with its place."""
    routes = notifications.routes
    for route, place in (
        (routes.default, ("notifications", "routes", "default")),
        (routes.critical, ("notifications", "routes", "critical")),
        (routes.warning, ("notifications", "routes", "warning")),
        (routes.info, ("notifications", "routes", "info")),
        (notifications.watchdog, ("notifications", "watchdog")),
    ):
        if route is not None:
            yield receiver_of(route), place if isinstance(route, str) else (*place, "receiver")
    for severity, steps in notifications.escalation.items():
        for index, step in enumerate(steps):
            yield step.to, ("notifications", "escalation", severity, index, "to")
