"""A patch cannot be applied to the object it matches.

Why: if the path of a JSON patch operation is missing, or a ``test`` fails, the object has changed
since the patch was written.

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

Fix: compare the path with the object in ``out/manifests``; ``add`` creates a key, ``replace`` needs
an existing one. Kind, name and namespace of an object cannot be patched.
"""

CODE = "PLT705"
