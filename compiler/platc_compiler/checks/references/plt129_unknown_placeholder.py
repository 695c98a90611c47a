"""A ``${services.…}`` names what does not exist, or cannot be filled in there.

Why: the program would get an empty text or the notation itself, and would find out when it
connects.

Bad:
```yaml
services:
  web: { env: { CACHE: "${services.cache.hots}" }, depends_on: [cache] }
  cache: { kind: workload, image: "example.com/shop/cache:1.0", ports: { main: 6379 } }
```

Good:
```yaml
services:
  web: { env: { CACHE: "${services.cache.host}" }, depends_on: [cache] }
  cache: { kind: workload, image: "example.com/shop/cache:1.0", ports: { main: 6379 } }
```

Fix: a service has ``host``, ``port``, ``address`` (host and port), ``url`` (by HTTP), ``namespace``
and ``ports.NAME``; a database ``databases.NAME.name``, ``.user``, ``.password`` and ``.url``
(without the password). A password is filled in only as a whole value of ``env``. ``$${services.…}``
is the text itself.
"""

from __future__ import annotations

CODE = "PLT129"
