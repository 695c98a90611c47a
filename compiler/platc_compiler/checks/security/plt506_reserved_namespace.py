"""The platform would run in a namespace that belongs to Kubernetes, or to everybody.

Why: platc puts default deny, a quota and a Pod Security level on its namespaces. In ``kube-system``
this stops the cluster, and in ``default`` it affects all other programs there.

Bad:
```yaml
namespaces: { shop: null, default: {} }
```

Good:
```yaml
namespaces: { shop: {} }
```

Fix: give the platform namespaces of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.lower.kind import Context

CODE = "PLT506"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each namespace that a platform must not use."""
    for name in context.spec.namespaces:
        if name == "default" or name.startswith("kube-"):
            message = f"the namespace '{name}' is not for a platform"
            yield error(
                CODE, message, ("namespaces", name), "choose a name of its own", on_key=True
            )
