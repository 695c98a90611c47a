"""A platform has several services of a kind of which it can have one.

Why: rules, routes and dashboards belong to the platform, not to one server. With two Prometheus
servers, platc would not know which of them must evaluate an alert. A blackbox_exporter asks every
service: a second one would ask them again, in jobs of the same names.

Bad:
```yaml
services:
  prometheus-two: { kind: prometheus, depends_on: [alertmanager] }
```

Good:
```yaml
services:
  prometheus: { kind: prometheus, depends_on: [alertmanager] }
```

Fix: keep one, or describe the other in a platform of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.lower.kind import Context

CODE = "PLT407"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each service whose task another service has already."""
    for kind, names in (
        ("prometheus", context.monitors),
        ("alertmanager", context.notifiers),
        ("grafana", context.dashboard_servers),
        ("blackbox_exporter", _probers(context)),
    ):
        first, *others = names or ("",)
        for name in others:
            message = f"a second {kind} beside '{first}'"
            yield error(CODE, message, ("services", name), "keep one of them", on_key=True)


def _probers(context: Context) -> tuple[str, ...]:
    services = context.spec.services.items()
    return tuple(name for name, service in services if service.kind == "blackbox_exporter")
