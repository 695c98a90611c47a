"""The file is no YAML, or no platform: not a mapping, several documents, an unknown tag, too large.

Why: platc can check nothing in a file that it cannot read. The place shown is where reading ended;
the cause is there or shortly before.

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

Fix: look for an unclosed quote or bracket, a tab as indentation, or a value that contains ``: ``
and needs quotes. One file holds one platform.
"""

CODE = "PLT001"
