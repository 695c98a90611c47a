"""The environment asked for by ``--env`` is not declared.

Why: building the base in place of a misspelt environment would put a test setting into production.

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
