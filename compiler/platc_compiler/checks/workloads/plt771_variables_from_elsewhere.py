"""A source of variables cannot be read.

Why: the program would start without the variables, with defaults that nobody chose.

Bad:
```yaml
services:
  web: { env_from: [{ file: web.env }] }
```

Good:
```yaml
services:
  web: { env_from: [{ file: web.env }] }
```
```text file=web.env
# The pace of the shop.
WORKERS=4
```

Fix: a source is ``{ file: PATH }``, a file of ``NAME=VALUE`` lines beside platform.yaml, or ``{
secret: NAME }``, a declared secret whose keys are names of variables.
"""

from __future__ import annotations

CODE = "PLT771"
