"""A value is of the wrong type, out of range, or not of the form that is wanted.

Why: if a value were silently changed into another one (``1.10`` into ``1.1``, ``30`` into 30
seconds or 30 minutes), the fault would be found only in production.

Bad:
```yaml
services:
  web: { ports: { http: 80800 } }
```

Good:
```yaml
services:
  web: { ports: { http: 8080 } }
```

Fix: write the value as the message says. Amounts are Kubernetes quantities (``512Mi``, ``250m``),
times have a unit (``30s``, ``5m``), versions are quoted.
"""

CODE = "PLT005"
