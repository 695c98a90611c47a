"""A backup names a namespace that is not declared.

Why: Velero takes a namespace that does not exist for an empty one, and reports success.

Bad:
```yaml
backup: { schedule: "@daily", namespaces: [shopp], keep: 168h }
```

Good:
```yaml
backup: { schedule: "@daily", namespaces: [shop], keep: 168h }
```

Fix: write the name of a declared namespace.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.lower.kind import Context
from platc_compiler.nearest import did_you_mean

CODE = "PLT606"


def check(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each unknown namespace of ``backup.namespaces``."""
    backup, known = context.spec.backup, context.spec.namespaces
    for index, name in enumerate(backup.namespaces if backup else ()):
        if name not in known:
            hint = did_you_mean(name, known, "declare it under namespaces:")
            yield error(CODE, f"unknown namespace '{name}'", ("backup", "namespaces", index), hint)
