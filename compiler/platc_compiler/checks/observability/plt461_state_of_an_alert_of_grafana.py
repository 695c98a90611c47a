"""An expression asks Prometheus for the state of an alert that Grafana evaluates.

Why: Prometheus writes ``ALERTS`` of the alerts that it evaluates itself. For those of Grafana there
is no such series: the alert never fires, and the panel stays empty.

Bad:
```yaml
secrets: { grafana: { namespace: shop, keys: [password] } }
services:
  grafana: { kind: grafana, admin: { password: grafana/password }, depends_on: [prometheus] }
alerts:
  Slow: { expr: "up == 0", severity: warning, summary: Slow, evaluated_by: grafana }
  Many: { expr: 'count(ALERTS{alertname="Slow"}) > 3', severity: warning, summary: Many }
```

Good:
```yaml
alerts:
  Slow: { expr: "up == 0", severity: warning, summary: Slow }
  Many: { expr: 'count(ALERTS{alertname="Slow"}) > 3', severity: warning, summary: Many }
```

Fix: leave the alert that is asked for to Prometheus.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.checks.observability.expressions import stated
from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.expressions.known_metrics import ALERTS
from platc_compiler.expressions.promql import Selector
from platc_compiler.expressions.results import matches
from platc_compiler.ir.platform import Platform

CODE = "PLT461"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each expression that asks for alerts of Grafana alone."""
    theirs = [alert.name for alert in platform.alerts if alert.by_grafana]
    if not theirs:
        return
    ours = [alert.name for alert in platform.alerts if not alert.by_grafana]
    for item in stated(platform):
        asked = (each for each in item.selectors if each.name in ALERTS)
        found = next((each for each in asked if not _selected(each, ours)), None)
        names = _selected(found, theirs) if found is not None else []
        if names:
            message = f"Grafana evaluates '{names[0]}': Prometheus has no ALERTS of it"
            yield error(CODE, message, item.origin, f"leave '{names[0]}' to Prometheus")


def _selected(selector: Selector, names: list[str]) -> list[str]:
    """Return the alerts whose names a selector may select."""
    wanted = [(op, value) for label, op, value in selector.matchers if label == "alertname"]
    return [name for name in names if all(matches(op, value, name) for op, value in wanted)]
