"""A program does not take the value of a setting under ``config``.

Why: PostgreSQL and Elasticsearch do not start with a value of a wrong type, of an unknown unit,
or out of range.

Bad:
```yaml
secrets: { pg: { keys: [superuser] } }
services:
  db:
    kind: postgres
    storage: 5Gi
    superuser_password: pg/superuser
    config: { work_mem: 16Mi }
```

Good:
```yaml
secrets: { pg: { keys: [superuser] } }
services:
  db:
    kind: postgres
    storage: 5Gi
    superuser_password: pg/superuser
    config: { work_mem: 16MB }
```

Fix: write a value as the program's own manual has it.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic
from platc_compiler.lower.kind import Context
from platc_compiler.settings.programs import programs

CODE = "PLT731"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each such value."""
    for of in programs(context.spec):
        from platc_compiler.settings import judge

        yield from judge.refused(CODE, of)
