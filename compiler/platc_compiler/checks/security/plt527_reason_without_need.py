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

from collections.abc import Iterator, Sequence

from platc_compiler.diagnostics import Diagnostic, warning
from platc_compiler.lower.include.entries import Entry
from platc_compiler.lower.include.rights import rights
from platc_compiler.lower.kind import Context
from platc_spec.include import ALLOWED

CODE = "PLT527"


def check_included(entries: Sequence[Entry], _context: Context) -> Iterator[Diagnostic]:
    """Yield a warning for each reason that no object needs."""
    for entry in entries:
        needed = {right.word for right in rights(entry.objects)}
        for word in entry.stated.allow:
            if word in ALLOWED and word not in needed:
                message = f"no object of '{entry.name}' needs '{word}'"
                place = (*entry.origin, "allow", word)
                yield warning(CODE, message, place, "remove it", on_key=True)
