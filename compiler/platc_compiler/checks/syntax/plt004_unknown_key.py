"""A key that the language does not know.

Why: if a misspelt key were ignored, the default would stay in force although a value is written.

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

Fix: write the right key; ``platc schema`` lists all keys for the editor. A component's own settings
stand under ``config:``, changes of generated objects under ``patches:``.
"""

CODE = "PLT004"
