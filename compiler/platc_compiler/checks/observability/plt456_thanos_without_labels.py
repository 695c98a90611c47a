"""A Prometheus with the sidecar of Thanos has no external labels.

Why: Thanos tells several Prometheus, and their blocks in the object store, apart by their external
labels alone. Without any, the sidecar ends with an error as soon as it has asked Prometheus for
them, and is started again for ever. A label with an empty value is none.

Bad:
```yaml
services:
  prometheus: { thanos: {} }
```

Good:
```yaml
services:
  prometheus: { external_labels: { cluster: main }, thanos: {} }
```

Fix: state ``external_labels`` that no other Prometheus has.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.lower.kind import Context
from platc_spec.kinds.prometheus import Prometheus

CODE = "PLT456"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each Prometheus that Thanos could not tell apart."""
    for name, service in context.of_kind(Prometheus).items():
        if service.thanos is not None and not any(service.external_labels.values()):
            message = "Thanos tells this Prometheus apart by its external labels, and it has none"
            hint = "add external_labels: { cluster: NAME }"
            yield error(CODE, message, ("services", name, "thanos"), hint, on_key=True)
