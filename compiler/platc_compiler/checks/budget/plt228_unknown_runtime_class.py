"""A service names a RuntimeClass that the cluster does not declare.

Why: the API server refuses its pods if the class is not there. If it is, each pod takes its
overhead beside what the containers request, and the budget would not count it.

Bad:
```yaml
services:
  web: { runtime_class: gvisor }
```

Good:
```yaml
cluster: { runtime_classes: { gvisor: { memory: 64Mi, cpu: 50m } } }
services:
  web: { runtime_class: gvisor }
```

Fix: declare the class below ``cluster.runtime_classes``, with the ``overhead.podFixed`` that
``kubectl get runtimeclass NAME -o yaml`` shows, or ``{}`` if it has none.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.diagnostics.did_you_mean import did_you_mean
from platc_compiler.lower.kind import Context
from platc_spec.service import Deployed

CODE = "PLT228"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each such service."""
    known = context.spec.cluster.runtime_classes
    for name, service in context.spec.services.items():
        stated = service.runtime_class if isinstance(service, Deployed) else None
        if stated is not None and stated not in known:
            otherwise = f"declare it: cluster.runtime_classes: {{ {stated}: {{ memory: 64Mi }} }}"
            hint = did_you_mean(stated, list(known), otherwise)
            message = f"the cluster declares no RuntimeClass '{stated}'"
            yield error(CODE, message, ("services", name, "runtime_class"), hint)
