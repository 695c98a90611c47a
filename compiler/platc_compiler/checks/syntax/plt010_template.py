"""A template beside platform.yaml fails.

Why: what it would have written is missing, and nothing may be built without it.

Bad:
```jinja template=kubernetes/service.yaml.j2
kind: {{ no_such_variable }}
```

Good:
```yaml
platform: shop
```

Fix: start again from the template of the same path that platc brings along; an interpolation
stands where a whole value stands, and knows the names that the original uses. What it yields has
the shape of the original: a mapping or a list, and of a Kubernetes object apiVersion, kind and
metadata.name at least. It renders to 16 Mi of characters at most, and ``range`` counts to 100000.
"""

CODE = "PLT010"
