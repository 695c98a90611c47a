"""A key that must be there is missing.

Why: no default is right for all platforms, so platc assumes none.

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

Fix: add the key to the mapping at the place shown.
"""

CODE = "PLT006"
