"""A patch's target is not among the generated objects.

Why: a patch that silently matches nothing seems to be in force. The cause is often a renamed
service.

Bad:
```yaml
patches:
  - target: { kind: Deployment, name: webb, namespace: shop }
    merge: { spec: { minReadySeconds: 10 } }
```

Good:
```yaml
patches:
  - target: { kind: Deployment, name: web, namespace: shop }
    merge: { spec: { minReadySeconds: 10 } }
```

Fix: write kind, name and namespace as they stand in ``out/manifests``, or remove the patch.
"""

CODE = "PLT704"
