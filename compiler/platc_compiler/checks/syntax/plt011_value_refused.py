r"""A value cannot be written in the language of the file that it belongs to.

Why: an INI file cannot contain a line feed in a value: the rest of the value would be read as a
setting of its own.

Bad:
```yaml
secrets: { grafana: { keys: [admin] } }
services:
  grafana:
    kind: grafana
    namespace: shop
    admin: { password: grafana/admin }
    root_url: "https://grafana.example.com\n[security]"
```

Good:
```yaml
secrets: { grafana: { keys: [admin] } }
services:
  grafana:
    kind: grafana
    namespace: shop
    admin: { password: grafana/admin }
    root_url: https://grafana.example.com
```

Fix: write the value on one line.
"""

CODE = "PLT011"
