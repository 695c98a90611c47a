"""A namespace states a Pod Security level that pods of the platform do not satisfy.

Why: the API server would refuse the pods, and their workloads would run no pod.

Bad:
```yaml
namespaces: { shop: { pod_security: restricted } }
services:
  node: { kind: node_exporter }
```

Good:
```yaml
services:
  node: { kind: node_exporter }
```

Fix: remove the level: platc then derives it from the pods. Or move the pods that need more rights
to a namespace of their own.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, Edit, Hint, error
from platc_compiler.ir.platform import Platform
from platc_compiler.ir.pod_security import LEVELS, needed_levels

CODE = "PLT507"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield an error for each namespace whose stated level is too strict."""
    for name, (level, who) in needed_levels(platform).items():
        stated = platform.spec.namespaces[name]
        if stated is None or stated.pod_security is None:
            continue
        if LEVELS.index(stated.pod_security) < LEVELS.index(level):
            message = (
                f"'{who}' needs the Pod Security level {level}, the namespace '{name}' has less"
            )
            place = ("namespaces", name, "pod_security")
            hint = Hint(f"write {level}, or leave it out", Edit("replace", level))
            yield error(CODE, message, place, hint)
