"""An included object pulls its image from another registry than the platform does.

Why: ``images`` says where all images are pulled, and objects of ``include`` keep their text. On a
cluster that reaches that registry only, their pods would not start.

Bad:
```yaml
images: { registry: registry.example.com/mirror, keep: [example.com] }
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
          image: redis:7.4.1
          resources: { requests: { memory: 64Mi, cpu: 50m }, limits: { memory: 128Mi, cpu: 200m } }
```

Good:
```yaml
images: { registry: registry.example.com/mirror, keep: [example.com] }
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
          image: registry.example.com/mirror/library/redis:7.4.1
          resources: { requests: { memory: 64Mi, cpu: 50m }, limits: { memory: 128Mi, cpu: 200m } }
```

Fix: write the name that the hint gives into the file; most charts have a value for the registry. Or
add the host to ``images.keep``.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, warning
from platc_compiler.ir.platform import Platform

CODE = "PLT781"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield a warning for each image of included objects that is pulled elsewhere."""
    images = platform.spec.images
    if images is None:
        return
    from platc_compiler.lower.images import pulled

    for workload in platform.workloads:
        if platform.spec.services[workload.service].kind != "include":
            continue
        for container in (*workload.pod.init, *workload.pod.containers):
            there = pulled(container.image, images)
            if there != container.image:
                message = f"'{container.image}' is not pulled from the registry of the platform"
                place = (*(container.origin or workload.origin), "image")
                yield warning(CODE, message, place, f"write {there} in the file")
