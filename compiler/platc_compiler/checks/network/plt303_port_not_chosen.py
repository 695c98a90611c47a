"""A dependency on a service that others run does not say which of its ports is meant.

Why: platc knows the main port of the services that it deploys. Of an external service it knows only
a list: the first port could be the wrong one, and the right one would stay blocked. A port that
serves only metrics is not counted: its scraper gets the connection automatically.

Bad:
```yaml
services:
  web: { depends_on: [kafka] }
  kafka:
    kind: external
    address: { host: kafka.example.com }
    ports: { broker: 9092, admin: 9644 }
```

Good:
```yaml
services:
  web: { depends_on: ["kafka:broker"] }
  kafka:
    kind: external
    address: { host: kafka.example.com }
    ports: { broker: 9092, admin: 9644 }
```

Fix: write ``service:port``, once for each port that is used.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.lower.kind import Context
from platc_spec.kinds.external import External

CODE = "PLT303"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each dependency that leaves a choice."""
    for reference in context.references:
        service = context.spec.services.get(reference.name)
        if reference.to != "dependency" or not isinstance(service, External):
            continue
        metrics = service.metrics.port if service.metrics else None
        ports = [port for port in service.ports if port != metrics]
        if len(ports) > 1:
            message = f"'{reference.name}' has the ports {', '.join(ports)}: which one is meant?"
            yield error(CODE, message, reference.path, f"'{reference.name}:{ports[0]}', say")
