"""A value names a service that its pods may not connect to.

Why: the policies allow only what ``depends_on`` states. The pod starts and no linter finds a fault,
but its connections time out.

Bad:
```yaml
services:
  web: { env: { DATABASE_URL: "redis://cache:6379/0" } }
  cache: { kind: workload, image: "example.com/shop/cache:1.0", ports: { main: 6379 } }
```

Good:
```yaml
services:
  web: { env: { DATABASE_URL: "redis://cache:6379/0" }, depends_on: [cache] }
  cache: { kind: workload, image: "example.com/shop/cache:1.0", ports: { main: 6379 } }
```

Fix: add the service to ``depends_on`` of the service or task that has the value. A host counts as
named in a URL, in ``host:port`` with a port that the service offers, by its full name, and as a
bare word under a key that means a host (``DB_HOST``, ``BROKERS``, ``--server``).
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from platc_compiler.checks.network.naming import to_add, what
from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.ir.platform import Platform
from platc_compiler.network.traffic import findings

CODE = "PLT307"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield an error for each value and each service that it names without an edge to it."""
    told = set()
    for found in findings(platform):
        place = found.statement.path
        if found.fault == "no edge" and (place, found.dependency) not in told:
            told.add((place, found.dependency))
            message = f"{what(found)} names the service '{found.service}', and no edge leads to it"
            hint = to_add(found.dependency, found.statement.speaker.path, platform)
            yield replace(error(CODE, message, place, hint), hidden=found.mention.credential)
