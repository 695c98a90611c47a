"""A patch cannot be applied to the object it matches.

Why: an operation of a JSON patch whose path is missing, or a ``test`` that fails, says that the
object is no longer what the patch was written for.

Bad:
```yaml
patches:
  - target: { kind: Deployment, name: web }
    json: [{ op: replace, path: /spec/paused, value: false }]
```

Good:
```yaml
patches:
  - target: { kind: Deployment, name: web }
    json: [{ op: add, path: /spec/paused, value: false }]
```

Fix: compare the path with the object in ``out/manifests``; ``add`` makes a key, ``replace`` wants
one. Kind, name and namespace of an object cannot be patched.
"""

CODE = "PLT705"
