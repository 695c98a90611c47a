"""A dependency names a port that the service does not have, or a service without any.

Why: the policies allow the named port and nothing else. With a misspelt name the connection would
be blocked.

Bad:
```yaml
services:
  worker: { kind: workload, image: "example.com/worker:1.0", depends_on: ["web:htp"] }
```

Good:
```yaml
services:
  worker: { kind: workload, image: "example.com/worker:1.0", depends_on: ["web:http"] }
```

Fix: write the name of a port of that service, or declare it under the service's ``ports``.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.diagnostics.did_you_mean import did_you_mean
from platc_compiler.lower.kind import Context

CODE = "PLT302"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each dependency whose port is not there."""
    for reference in context.references:
        if reference.to != "dependency":
            continue
        name, _, port = reference.name.partition(":")
        offering = context.offerings.get(name)
        if offering is None:
            continue
        names = [offer.port for offer in offering.ports]
        if not names:
            message = f"the service '{name}' has no port to connect to"
            yield error(CODE, message, reference.path, f"add it under services.{name}.ports")
        elif port and port not in names:
            hint = did_you_mean(port, names, "known: " + ", ".join(names))
            yield error(CODE, f"the service '{name}' has no port '{port}'", reference.path, hint)
