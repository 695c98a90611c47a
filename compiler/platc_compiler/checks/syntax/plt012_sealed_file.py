"""``sealed-secrets.yaml`` beside platform.yaml is not what ``platc seal`` writes.

Why: its objects go to the cluster unchanged. If the file were read only in part, pods would wait
for secrets that are never created.

Bad:
```yaml sealed
apiVersion: v1
kind: Secret
metadata: { name: slack, namespace: shop }
data: { webhook_url: aHR0cHM6Ly9leGFtcGxlLmNvbQ== }
```

Good:
```yaml
platform: shop
```

Fix: correct the named line, or delete the file and run ``platc seal`` again.
"""

CODE = "PLT012"
