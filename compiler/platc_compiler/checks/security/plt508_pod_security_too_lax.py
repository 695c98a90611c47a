"""A namespace states a laxer Pod Security level than its pods need.

Why: the level prevents that a pod which somebody adds later runs as root on the node.

Bad:
```yaml
namespaces: { shop: { pod_security: privileged } }
```

Good:
```yaml
namespaces: { shop: { pod_security: restricted } }
```

Fix: remove the level: platc then chooses the strictest that the pods satisfy. If patches change
pods of the namespace, the level is not judged.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, Edit, Hint, warning
from platc_compiler.ir.platform import Platform
from platc_compiler.ir.pod_security import LEVELS, needed_levels

CODE = "PLT508"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield a warning for each namespace whose stated level is laxer than necessary."""
    for name, (level, _) in needed_levels(platform).items():
        stated = platform.spec.namespaces[name]
        if stated is None or stated.pod_security is None:
            continue
        if LEVELS.index(stated.pod_security) > LEVELS.index(level) and not _patched(platform, name):
            message = f"the pods of '{name}' need no more than the Pod Security level {level}"
            place = ("namespaces", name, "pod_security")
            yield warning(CODE, message, place, _hint(level))


def _hint(level: str) -> Hint:
    return Hint(f"write {level}, or leave it out", Edit("replace", level))


def _patched(platform: Platform, namespace: str) -> bool:
    """Return whether a patch may give pods of a namespace more rights than they had."""
    targets = [patch.target for patch in platform.spec.patches]
    return any(target.namespace in {None, namespace} for target in targets)
