"""The environment asked for by ``--env`` is not declared.

Why: if a misspelt environment were built as the base, a test setting could reach production.

Bad:
```yaml env=prod
environments: { production: { services: { web: { replicas: 2 } } } }
```

Good:
```yaml env=production
environments: { production: { services: { web: { replicas: 2 } } } }
```

Fix: name a declared environment, or declare it under ``environments:``.
"""

CODE = "PLT107"
