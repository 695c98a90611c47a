"""A service depends on itself.

Why: the entry has no meaning, and it would let every pod of the service connect to every other. The
kind itself knows which connections its replicas need.

Bad:
```yaml
services:
  web: { depends_on: [web] }
```

Good:
```yaml
services:
  web: { depends_on: [cache] }
  cache: { kind: workload, image: "example.com/cache:1.0", ports: { main: 6379 } }
```

Fix: remove the entry.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, Edit, Hint, error
from platc_compiler.lower.kind import Context

CODE = "PLT304"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each such entry."""
    for name, service in context.spec.services.items():
        for index, dependency in enumerate(service.depends_on):
            if dependency.partition(":")[0] == name:
                place = ("services", name, "depends_on", index)
                words = "remove it"
                if "peers" in type(service).model_fields:
                    words += "; ports on which its pods connect to each other are its peers:"
                hint = Hint(words, Edit("remove"))
                yield error(CODE, f"the service '{name}' depends on itself", place, hint)
