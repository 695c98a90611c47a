"""The file is no YAML, or no platform: not a mapping, several documents, an unknown tag, too large.

Why: nothing can be said of a file that cannot be read; the place shown is where the reading ended,
and the cause stands there or shortly before.

Bad:
```yaml whole
platform: shop
version: 1
services: { web: [unclosed
```

Good:
```yaml
platform: shop
```

Fix: look for an unclosed quote or bracket, a tab as indentation, or a value that holds ``: `` and
needs quotes. One file holds one platform.
"""

CODE = "PLT001"
