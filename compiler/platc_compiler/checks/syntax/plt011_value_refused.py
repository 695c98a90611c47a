r"""A value cannot be written in the language of the file that it belongs to.

Why: an INI file has no way to write a line feed; cut in two, the rest of the value would be read as
a setting of its own.

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
