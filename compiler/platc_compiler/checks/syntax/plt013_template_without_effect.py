"""A template beside platform.yaml has a path that platc asks for nowhere.

Why: the template has no effect: the file that it should change is built without it.

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

Fix: rename it to the path of the template that it replaces, or include it from a template that is
used.
"""

CODE = "PLT013"
