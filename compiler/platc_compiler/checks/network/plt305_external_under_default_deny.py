"""A service that somebody else runs has its pods in a namespace of this platform.

Why: the namespace denies all connections by default, for these pods too. They get the connections
that are declared to them, DNS, and each other on their declared ports. Every other connection that
they open is blocked.

Bad:
```yaml
services:
  kafka:
    kind: external
    address: { service: kafka, namespace: shop }
    ports: { broker: 9092 }
    resources: { requests: { memory: 1Gi, cpu: 500m }, limits: { memory: 1Gi } }
```

Good:
```yaml
services:
  kafka:
    kind: external
    address: { service: kafka, namespace: kafka }
    ports: { broker: 9092 }
    resources: { requests: { memory: 1Gi, cpu: 500m }, limits: { memory: 1Gi } }
```

Fix: run it in a namespace of its own that is not declared here. Or declare every port that its pods
use among themselves, and add policies of its own for the rest.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, note
from platc_compiler.ir.platform import Platform

CODE = "PLT305"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield a note for each such service."""
    own = {namespace.name for namespace in platform.namespaces}
    for external in platform.externals:
        if external.namespace in own:
            message = f"the default deny of '{external.namespace}' holds for '{external.name}' too"
            place = (*external.origin, "address", "namespace")
            yield note(CODE, message, place, "its own connections are cut, but for those declared")
