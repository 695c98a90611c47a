"""Two alerts have the same name.

Why: routes, silences, inhibition and tests identify an alert by its name.

Bad:
```yaml
alerts:
  TargetAbsent: { expr: absent(up), severity: critical, summary: Nothing is there }
```

Good:
```yaml
alerts:
  NothingThere: { expr: absent(up), severity: critical, summary: Nothing is there }
```

Fix: rename your alert. The alerts that services bring with them are in ``out/prometheus/rules``.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.ir.platform import Platform

CODE = "PLT412"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each alert of platform.yaml whose name is taken."""
    brought = {alert.name: alert for alert in platform.alerts if alert.origin[0] != "alerts"}
    for alert in platform.alerts:
        other = brought.get(alert.name)
        if alert.origin[0] == "alerts" and other is not None:
            where = ".".join(map(str, other.origin[:2]))
            message = f"an alert '{alert.name}' comes with {where} already"
            yield error(CODE, message, alert.origin, "give this one another name", on_key=True)
