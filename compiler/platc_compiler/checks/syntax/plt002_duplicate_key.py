"""A key stands twice in one mapping.

Why: YAML forbids it, and most readers silently keep the last one. Somebody who reads the first one
in the file does not see the setting that is in force.

Bad:
```yaml whole
platform: shop
version: 1
cluster: { nodes: { main: { memory: 8GB, cpu: 4 } } }
namespaces: { shop: }
services:
  web: { kind: workload, image: "example.com/shop/web:1.4.2" }
  web: { kind: workload, image: "example.com/shop/web:1.5.0" }
```

Good:
```yaml
services:
  web: { kind: workload, image: "example.com/shop/web:1.4.2" }
  next: { kind: workload, image: "example.com/shop/web:1.5.0" }
```

Fix: remove one of the two, or give it a name of its own.
"""

CODE = "PLT002"
