"""A setting under ``config`` is decided by platc itself.

Why: ports, paths, probes, policies and secrets of the other objects follow from it. With another
value in the program's own configuration they would not match it, and nothing would say so.

Bad:
```yaml
secrets: { pg: { keys: [superuser] } }
services:
  db:
    kind: postgres
    storage: 5Gi
    superuser_password: pg/superuser
    config: { port: 5433 }
```

Good:
```yaml
secrets: { pg: { keys: [superuser] } }
services:
  db:
    kind: postgres
    storage: 5Gi
    superuser_password: pg/superuser
    config: { max_connections: 200 }
```

Fix: remove the setting; where a key of platform.yaml says the same, write that. A value that is
platc's own may stand there. Variables of the environment that state such a setting are meant too.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic
from platc_compiler.lower.kind import Context
from platc_compiler.settings.programs import programs

CODE = "PLT729"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each such setting."""
    for of in programs(context.spec):
        from platc_compiler.settings import judge

        yield from judge.decided(CODE, of)
