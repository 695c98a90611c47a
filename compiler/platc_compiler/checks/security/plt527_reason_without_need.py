"""An entry of ``include`` allows what none of its objects does.

Why: a reason that is not needed any more would silently allow the right when a later version of the
file asks for it again.

Bad:
```yaml
include:
  cache:
    files: [vendor/cache.yaml]
    allow: { host_network: it once was }
```
```yaml file=vendor/cache.yaml
apiVersion: v1
kind: ConfigMap
metadata: { name: cache }
data: { size: "10" }
```

Good:
```yaml
include:
  cache: { files: [vendor/cache.yaml] }
```
```yaml file=vendor/cache.yaml
apiVersion: v1
kind: ConfigMap
metadata: { name: cache }
data: { size: "10" }
```

Fix: remove the line.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, warning
from platc_compiler.lower.kind import Context

CODE = "PLT527"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield a warning for each reason that no object needs."""
    if not any(service.kind == "include" for service in context.spec.services.values()):
        return
    from platc_compiler.lower.include.entries import entries
    from platc_compiler.lower.include.rights import rights
    from platc_spec.include import ALLOWED

    for entry in entries(context):
        needed = {right.word for right in rights(entry.objects)}
        for word in entry.stated.allow:
            if word in ALLOWED and word not in needed:
                message = f"no object of '{entry.name}' needs '{word}'"
                place = (*entry.origin, "allow", word)
                yield warning(CODE, message, place, "remove it", on_key=True)
