"""``sealed-secrets.yaml`` beside platform.yaml is not what ``platc seal`` writes.

Why: its objects go to the cluster as they stand; a file that cannot be read whole would leave pods
waiting for secrets that never come.

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

Fix: mend the line that is named, or delete the file and run ``platc seal`` again.
"""

CODE = "PLT012"
