"""A template beside platform.yaml fails.

Why: the output of the template is missing, and platc must not build a platform without it.

Bad:
```jinja template=kubernetes/service.yaml.j2
kind: {{ no_such_variable }}
```

Good:
```yaml
platform: shop
```

Fix: start again from platc's own template of the same path. An interpolation stands in the place of
a whole value, and can use the names that the original uses. The output has the type of the
original, a mapping or a list; a Kubernetes object has at least apiVersion, kind and metadata.name.
A template renders to 16 Mi of characters at most, and ``range`` counts to 100000.
"""

CODE = "PLT010"
