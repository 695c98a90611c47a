"""An alert has no test.

Why: an alert that has never been seen to fire is a hope. With samples under ``test``, promtool
shows it firing and not firing whenever the platform is built.

Bad:
```yaml
alerts:
  ManyErrors:
    expr: rate(http_requests_total{code="500"}[5m]) > 1
    severity: warning
    summary: Many errors
```

Good:
```yaml
alerts:
  ManyErrors:
    expr: rate(http_requests_total{code="500"}[5m]) > 1
    severity: warning
    summary: Many errors
    test:
      fires: http_requests_total{code="500"} 0+120x30
      silent: http_requests_total{code="500"} 7
```

Fix: add ``test`` with samples that make it fire and samples that do not, in promtool's notation.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, note
from platc_compiler.ir.platform import Platform

CODE = "PLT406"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield a note for each alert of platform.yaml that has no test."""
    for alert in platform.alerts:
        if alert.test is None and alert.origin[0] == "alerts":
            message = f"the alert '{alert.name}' is never tested"
            yield note(CODE, message, alert.origin, "add test:", on_key=True)
