"""An Alertmanager is declared without ``notifications``.

Why: it would start without a configuration, and no alert would reach anybody.

Bad:
```yaml
notifications:
```

Good:
```yaml
notifications:
  routes: { default: team }
```

Fix: state the receivers under ``notifications:``, or remove the service.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.lower.kind import Context

CODE = "PLT115"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each Alertmanager of a platform without ``notifications``."""
    if context.spec.notifications is None:
        for name in context.notifiers:
            message = f"the Alertmanager '{name}' has nobody to tell: there are no notifications"
            hint = "add 'notifications:' with routes and receivers"
            yield error(CODE, message, ("services", name), hint, on_key=True)
