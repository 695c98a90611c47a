"""A service's kind is not in the catalogue.

Why: the kind decides what is generated; without it nothing is.

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

Fix: write a kind of the catalogue, ``workload`` for anything of your own, ``external`` for what
somebody else runs. A package may add kinds by the entry point group ``platc.kinds``: is it
installed?
"""

CODE = "PLT007"
