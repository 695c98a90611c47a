"""A service is to be connected to, and has no port.

Why: clients get no address, and the network policy has no port to allow.

Bad:
```yaml
services:
  relay: { kind: external, address: { host: mail.example.com } }
notifications:
  smtp: { service: relay, from: alerts@example.com }
  routes: { default: team }
  receivers: { team: { email: team@example.com } }
```

Good:
```yaml
services:
  relay: { kind: external, address: { host: mail.example.com }, ports: { submission: 587 } }
notifications:
  smtp: { service: relay, from: alerts@example.com }
  routes: { default: team }
  receivers: { team: { email: team@example.com } }
```

Fix: add the port under the service's ``ports:``; the first one is used.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.lower.kind import Context

CODE = "PLT113"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each service that others connect to and that has no port."""
    for reference in context.references:
        offering = context.offerings.get(reference.name)
        if reference.reached and offering is not None and not offering.ports:
            message = f"the service '{reference.name}' is connected to, and has no port"
            hint = f"add services.{reference.name}.ports"
            yield error(CODE, message, reference.path, hint)
