"""An alert has no test.

Why: nobody knows whether an untested alert can fire. With samples under ``test``, promtool proves
at every build that it fires and that it stays silent.

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
