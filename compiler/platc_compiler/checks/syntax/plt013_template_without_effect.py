"""A template beside platform.yaml has a path that platc asks for nowhere.

Why: it changes nothing: what it should have changed is built as if it were not there.

Bad:
```jinja template=kubernetes/servce.yaml.j2
apiVersion: v1
kind: Service
metadata: {{ metadata }}
```

Good:
```jinja template=kubernetes/limitrange.yaml.j2
apiVersion: v1
kind: LimitRange
metadata: {{ metadata }}
spec: { limits: [] }
```

Fix: give it the path of the template that it is to replace, or include it from one that does.
"""

CODE = "PLT013"
