"""A key that must be there is missing.

Why: there is no default that would be right for everybody, so none is assumed.

Bad:
```yaml
services:
  worker: { kind: workload }
```

Good:
```yaml
services:
  worker: { kind: workload, image: "example.com/shop/worker:1.4.2" }
```

Fix: add the key to the mapping that is pointed at.
"""

CODE = "PLT006"
