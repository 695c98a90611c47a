"""A service extends a profile that does not exist, or profiles extend each other in a cycle.

Why: the service would lack what it was meant to share.

Bad:
```yaml
profiles:
  small: { resources: { requests: { memory: 64Mi, cpu: 50m } } }
services:
  web: { extends: smal }
```

Good:
```yaml
profiles:
  small: { resources: { requests: { memory: 64Mi, cpu: 50m } } }
services:
  web: { extends: small }
```

Fix: write the name of a profile below ``profiles:``.
"""

from __future__ import annotations

CODE = "PLT769"
