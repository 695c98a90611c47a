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
    for key, name in (
        ("default", routes.default),
        ("critical", routes.critical),
        ("warning", routes.warning),
        ("info", routes.info),
    ):
        if name is not None:
            yield name, ("notifications", "routes", key)
    if notifications.watchdog is not None:
        yield notifications.watchdog, ("notifications", "watchdog")
    for severity, steps in notifications.escalation.items():
        for index, step in enumerate(steps):
            yield step.to, ("notifications", "escalation", severity, index, "to")
