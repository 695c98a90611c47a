"""No service extends a profile.

Why: a profile is judged as a part of the services that extend it, so nothing of an unused one is
judged.

Bad:
```yaml
profiles:
  small: { resources: { requests: { memory: 64Mi, cpu: 50m } } }
```

Good:
```yaml
profiles:
  small: { resources: { requests: { memory: 64Mi, cpu: 50m } } }
services:
  web: { extends: small }
```

Fix: remove it, or let a service extend it.
"""

from __future__ import annotations

CODE = "PLT770"
