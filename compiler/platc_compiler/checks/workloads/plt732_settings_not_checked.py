"""The settings under ``config`` are not checked, because platc does not know this version's.

Why: a newer or an older version has other settings. platc is silent about them instead of guessing.

Bad:
```yaml
secrets: { logs: { keys: [elastic] } }
services:
  logs:
    kind: elasticsearch
    version: 9.99.0
    storage: 5Gi
    passwords: { elastic: logs/elastic }
    config: { search.max_buckets: 20000 }
```

Good:
```yaml
secrets: { logs: { keys: [elastic] } }
services:
  logs:
    kind: elasticsearch
    storage: 5Gi
    passwords: { elastic: logs/elastic }
    config: { search.max_buckets: 20000 }
```

Fix: nothing is wrong; compare the settings with the manual of this version.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic
from platc_compiler.lower.kind import Context
from platc_compiler.settings.programs import programs

CODE = "PLT732"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield a note for each service whose settings are not checked."""
    for of in programs(context.spec):
        from platc_compiler.settings import judge

        yield from judge.unchecked(CODE, of)
