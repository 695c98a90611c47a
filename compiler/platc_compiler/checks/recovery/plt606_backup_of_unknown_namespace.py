"""A backup names a namespace that is neither declared nor that of an ``external`` service.

Why: Velero treats a namespace that does not exist as an empty one, and reports success.

Bad:
```yaml
backup: { schedule: "@daily", namespaces: [shopp], keep: 168h }
```

Good:
```yaml
backup: { schedule: "@daily", namespaces: [shop], keep: 168h }
```

Fix: write the name of a declared namespace, or the namespace of an ``external`` service.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.diagnostics.did_you_mean import did_you_mean
from platc_compiler.lower.kind import Context
from platc_spec.kinds.external import External
from platc_spec.platform import Spec

CODE = "PLT606"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each unknown namespace of ``backup.namespaces``."""
    backup = context.spec.backup
    if backup is None:
        return
    known = {*context.spec.namespaces, *_others(context.spec)}
    for index, name in enumerate(backup.namespaces):
        if name not in known:
            hint = did_you_mean(name, known, "declare it under namespaces:")
            yield error(CODE, f"unknown namespace '{name}'", ("backup", "namespaces", index), hint)


def _others(spec: Spec) -> Iterator[str]:
    for service in spec.services.values():
        if isinstance(service, External) and service.address.namespace is not None:
            yield service.address.namespace
