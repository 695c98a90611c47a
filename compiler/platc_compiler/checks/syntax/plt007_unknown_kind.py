"""A service's kind is not in the catalogue.

Why: the kind decides which objects are generated; without it platc generates none.

Bad:
```yaml
services:
  worker: { kind: worklaod, image: "example.com/shop/worker:1.4.2" }
```

Good:
```yaml
services:
  worker: { kind: workload, image: "example.com/shop/worker:1.4.2" }
```

Fix: write a kind of the catalogue: ``workload`` for a program of your own, ``external`` for a
service that somebody else runs. A package can add kinds by the entry point group ``platc.kinds``:
check that it is installed.
"""

CODE = "PLT007"
