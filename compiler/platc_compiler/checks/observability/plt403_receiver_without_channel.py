"""A receiver tells nobody: it has no channel, or its mail has no server.

Why: alerts that are routed to it are lost, and no program reports it.

Bad:
```yaml
notifications:
  routes: { critical: oncall }
  receivers: { oncall: {} }
```

Good:
```yaml
notifications:
  routes: { critical: oncall }
  receivers: { oncall: { email: oncall@example.com } }
```

Fix: give the receiver an ``email``, a ``slack``, a ``webhook`` or another channel; mail needs
``notifications.smtp``.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.lower.kind import Context

CODE = "PLT403"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each receiver that cannot tell anybody."""
    notifications = context.spec.notifications
    if notifications is None:
        return
    for name, receiver in notifications.receivers.items():
        place = ("notifications", "receivers", name)
        if receiver.email is None and not receiver.channels:
            message = f"the receiver '{name}' has no channel"
            hint = "add email, slack, webhook or another channel"
            yield error(CODE, message, place, hint, on_key=True)
        elif receiver.email is not None and notifications.smtp is None:
            message = f"the receiver '{name}' is told by mail, and there is no mail server"
            yield error(CODE, message, (*place, "email"), "state notifications.smtp")
