"""A value names a service by a host or a port at which it is not found.

Why: DNS looks up a bare name in the namespace of the pod, so ``cache`` of another namespace does
not exist for this pod. The name of a service in platform.yaml is not always the name of its Service
object. A port that a service does not have accepts no connections. An edge does not help in any of
these cases.

Bad:
```yaml
namespaces: { data: {} }
services:
  web: { env: { CACHE_HOST: cache }, depends_on: [cache] }
  cache:
    kind: workload
    namespace: data
    image: "example.com/shop/cache:1.0"
    ports: { main: 6379 }
```

Good:
```yaml
namespaces: { data: {} }
services:
  web: { env: { CACHE_HOST: cache.data.svc }, depends_on: [cache] }
  cache:
    kind: workload
    namespace: data
    image: "example.com/shop/cache:1.0"
    ports: { main: 6379 }
```

Fix: write the name and the port that the diagnostic gives.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from platc_compiler.checks.network.naming import what
from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.ir.platform import Platform
from platc_compiler.network.traffic import Finding, findings

CODE = "PLT312"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield an error for each such name and port."""
    for found in findings(platform):
        if found.fault == "no such name":
            namespace = found.statement.speaker.namespace
            message = f"the name {what(found)} is not found from the namespace '{namespace}'"
            yield _told(found, message, f"write {found.host}")
        elif found.fault == "no such port":
            port = found.mention.port
            message = f"the service '{found.service}' has no port {port}"
            offered = f"it has {', '.join(found.ports)}" if found.ports else "it has none"
            implied = "" if found.mention.stated else f", which {found.mention.scheme}:// means"
            yield _told(
                found, f"{message}{implied}", f"{offered}; write one of them, or declare it"
            )


def _told(found: Finding, message: str, hint: str) -> Diagnostic:
    wrong = error(CODE, message, found.statement.path, hint)
    return replace(wrong, hidden=found.mention.credential)
