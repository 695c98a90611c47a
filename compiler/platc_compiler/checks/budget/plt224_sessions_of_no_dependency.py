"""``sessions`` names something that the service does not depend on.

Why: the policies would block the connections, and the number would count nowhere.

Bad:
```yaml
services:
  api: { kind: workload, image: "example.com/api:1.0", ports: { http: 8080 } }
  web: { depends_on: [api], sessions: { ap: 10 } }
```

Good:
```yaml
services:
  api: { kind: workload, image: "example.com/api:1.0", ports: { http: 8080 } }
  web: { depends_on: [api], sessions: { api: 10 } }
```

Fix: write the entry of ``depends_on`` as it stands there, or add it there. For a ``database:``,
write the service before the slash.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.diagnostics.did_you_mean import did_you_mean
from platc_compiler.lower.kind import Context

CODE = "PLT224"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each such entry."""
    for name, service in context.spec.services.items():
        known = (*service.depends_on, *_servers(name, context)) if service.sessions else ()
        for key in service.sessions:
            if key not in known:
                message = f"'{name}' states sessions with '{key}', and does not depend on it"
                hint = did_you_mean(key, known, "add it to depends_on")
                yield error(CODE, message, ("services", name, "sessions", key), hint, on_key=True)


def _servers(name: str, context: Context) -> list[str]:
    """Return the servers of the databases that a service names."""
    return [
        reference.name.partition("/")[0]
        for reference in context.references
        if reference.to == "database" and reference.path[:2] == ("services", name)
    ]
