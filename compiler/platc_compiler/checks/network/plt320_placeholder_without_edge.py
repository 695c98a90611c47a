"""A ``${services.…}`` names a service that its pods may not connect to.

Why: the policies allow only what ``depends_on`` states: the address would be right, and every
connection to it would time out.

Bad:
```yaml
services:
  web: { env: { CACHE_PORT: "${services.cache.port}" } }
  cache: { kind: workload, image: "example.com/shop/cache:1.0", ports: { main: 6379 } }
```

Good:
```yaml
services:
  web: { env: { CACHE_PORT: "${services.cache.port}" }, depends_on: [cache] }
  cache: { kind: workload, image: "example.com/shop/cache:1.0", ports: { main: 6379 } }
```

Fix: add the line of the hint to the service or task that has the text.
"""

from __future__ import annotations

CODE = "PLT320"
