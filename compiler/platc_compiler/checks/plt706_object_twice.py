"""Two parts of the platform become the same Kubernetes object.

Why: whichever is applied last wins, and the other part runs with what is not its own.

Bad:
```yaml
services:
  web: { volumes: { data-cache: { mount: /cache, size: 1Gi } } }
  web-data:
    kind: workload
    image: "example.com/shop/data:1.0"
    volumes: { cache: { mount: /cache, size: 1Gi } }
```

Good:
```yaml
services:
  web: { volumes: { data-cache: { mount: /cache, size: 1Gi } } }
  store:
    kind: workload
    image: "example.com/shop/data:1.0"
    volumes: { cache: { mount: /cache, size: 1Gi } }
```

Fix: give one of the two another name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.documents import Manifest
from platc_compiler.ir.platform import Platform
from platc_compiler.places import path_text

CODE = "PLT706"


def check(documents: Sequence[Manifest], _platform: Platform) -> Iterator[Diagnostic]:
    """Yield an error for each object that has the name of another."""
    first: dict[tuple[str, str | None, str], Manifest] = {}
    for document in documents:
        key = (document.kind, document.namespace, document.name)
        other = first.setdefault(key, document)
        if other is not document:
            where = f", as {path_text(other.origin)} does" if other.origin else ""
            message = f"this becomes {document.kind} '{document.name}'{where}"
            hint = "give one of the two another name"
            yield error(CODE, message, document.origin, hint, on_key=True)
