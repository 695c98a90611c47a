"""A comment ``# platc: allow`` silences nothing, gives no reason, or cannot be understood.

Why: when the silenced warning is gone but the comment remains, it silences the next warning, which
nobody has read.

Bad:
```yaml whole
platform: shop
version: 1
cluster: { nodes: { main: { memory: 8GB, cpu: 4 } } }
namespaces: { shop: }
services:
  web:
    kind: workload
    image: example.com/shop/web:1.4.2  # platc: allow PLT501 because the tag moves
```

Good:
```yaml whole
platform: shop
version: 1
cluster: { nodes: { main: { memory: 8GB, cpu: 4 } } }
namespaces: { shop: }
services:
  web:
    kind: workload
    image: example.com/shop/web:latest  # platc: allow PLT501 because this is a test cluster
```

Fix: remove the comment, or write ``# platc: allow CODE because REASON`` on the line of the warning.
Errors cannot be silenced.
"""

CODE = "PLT009"
