"""The file is nested too deep, holds too many values, or has an alias that leads nowhere.

Why: a few lines of aliases can stand for billions of values, and depth can exhaust a program's
stack; no platform needs either.

Bad:
```yaml whole
platform: &name [*name]
version: 1
```

Good:
```yaml
services:
  web: { env: &common { LEVEL: info } }
  worker: { kind: workload, image: "example.com/shop/worker:1.4.2", env: *common }
```

Fix: write the values out. An anchor stands before its aliases, and an alias does not stand inside
its own anchor. Services that take over too many values by ``extends`` or ``env_from`` share fewer.
"""

CODE = "PLT003"
