"""An included object does not pull with the secrets of the platform.

Why: ``images.pull_secrets`` are for the images of all pods, and objects of ``include`` keep their
text. Where the registry asks for a login, their pods would not start.

Bad:
```yaml
secrets: { registry: { keys: [.dockerconfigjson], type: kubernetes.io/dockerconfigjson } }
images: { pull_secrets: [registry] }
include: { cache: { files: [vendor/cache.yaml] } }
```
```yaml file=vendor/cache.yaml
apiVersion: apps/v1
kind: Deployment
metadata: { name: cache }
spec:
  selector: { matchLabels: { app: cache } }
  template:
    metadata: { labels: { app: cache } }
    spec:
      containers:
        - name: cache
          image: registry.example.com/cache:7.4.1
          resources: { requests: { memory: 64Mi, cpu: 50m }, limits: { memory: 128Mi, cpu: 200m } }
```

Good:
```yaml
secrets: { registry: { keys: [.dockerconfigjson], type: kubernetes.io/dockerconfigjson } }
images: { pull_secrets: [registry] }
include: { cache: { files: [vendor/cache.yaml] } }
```
```yaml file=vendor/cache.yaml
apiVersion: apps/v1
kind: Deployment
metadata: { name: cache }
spec:
  selector: { matchLabels: { app: cache } }
  template:
    metadata: { labels: { app: cache } }
    spec:
      imagePullSecrets: [{ name: registry }]
      containers:
        - name: cache
          image: registry.example.com/cache:7.4.1
          resources: { requests: { memory: 64Mi, cpu: 50m }, limits: { memory: 128Mi, cpu: 200m } }
```

Fix: name the secret in the file; most charts have a value for it. If the images are public, or the
service account of the pods has the secret, allow the warning with this reason below ``allow``.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, warning
from platc_compiler.ir.platform import Platform

CODE = "PLT794"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield a warning for each included object whose pods name none of the secrets."""
    images = platform.spec.images
    if images is None or not images.pull_secrets:
        return
    shared = [each.partition("/")[0] for each in images.pull_secrets]
    for workload in platform.workloads:
        if platform.spec.services[workload.service].kind != "include":
            continue
        if not any(key.secret in shared for key in workload.pod.pull_secrets):
            message = f"'{workload.name}' pulls its images without the secrets of the platform"
            hint = f"write imagePullSecrets: [{{ name: {shared[0]} }}] in the file"
            yield warning(CODE, message, workload.origin, hint)
