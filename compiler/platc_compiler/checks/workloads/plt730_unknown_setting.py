"""The version of a program does not have a setting that stands under ``config``.

Why: PostgreSQL and Elasticsearch do not start with a setting that they do not know. Releases also
remove and rename settings.

Bad:
```yaml
secrets: { pg: { keys: [superuser] } }
services:
  db:
    kind: postgres
    version: 18
    storage: 5Gi
    superuser_password: pg/superuser
    config: { wal_keep_segments: 32 }
```

Good:
```yaml
secrets: { pg: { keys: [superuser] } }
services:
  db:
    kind: postgres
    version: 18
    storage: 5Gi
    superuser_password: pg/superuser
    config: { wal_keep_size: 512MB }
```

Fix: write the setting by its name in this version, or remove it. platc knows the settings of
PostgreSQL 13 to 18, and those of Elasticsearch's server (X-Pack's are not checked).
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic
from platc_compiler.lower.kind import Context
from platc_compiler.settings.programs import programs

CODE = "PLT730"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each such setting."""
    for of in programs(context.spec):
        from platc_compiler.settings import judge

        yield from judge.unknown(CODE, of)
