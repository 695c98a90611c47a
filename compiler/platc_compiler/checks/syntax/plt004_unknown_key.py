"""A key that the language does not know.

Why: a misspelt key that is passed over leaves a default in force where somebody wrote a value.

Bad:
```yaml
services:
  web: { replica: 2 }
```

Good:
```yaml
services:
  web: { replicas: 2 }
```

Fix: write the key that was meant; ``platc schema`` lists all keys for the editor. A component's own
settings stand under ``config:``, changes of generated objects under ``patches:``.
"""

CODE = "PLT004"
