"""A file or folder that ``include`` names cannot be used.

Why: platc reads files of YAML or JSON in the folder of platform.yaml and below, and follows no link
out of it. What it cannot read, it can neither check nor count.

Bad:
```yaml
include:
  cache: { files: [vendor/cache.yaml] }
```

Good:
```yaml
include:
  cache: { files: [vendor/cache.yaml] }
```
```yaml file=vendor/cache.yaml
apiVersion: v1
kind: ConfigMap
metadata: { name: cache }
data: { size: "10" }
```

Fix: correct the path. A chart is rendered first: ``helm template NAME CHART > vendor/NAME.yaml``,
and what Kustomize describes too: ``kustomize build FOLDER > vendor/NAME.yaml``.
"""

from __future__ import annotations

CODE = "PLT125"
