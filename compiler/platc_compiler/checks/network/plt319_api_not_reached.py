"""Included pods have rights in the Kubernetes API, and may not connect to it.

Why: the policies let pods connect to nothing that is not declared. A program with rights in the API
would start, fail to connect, and start again.

Bad:
```yaml
include:
  watcher: { files: [vendor/watcher.yaml] }
```
```yaml file=vendor/watcher.yaml
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: watcher }
rules: [{ apiGroups: [""], resources: [pods], verbs: [list] }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: watcher }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: watcher }
subjects: [{ kind: ServiceAccount, name: watcher }]
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: watcher }
spec:
  selector: { matchLabels: { app: watcher } }
  template:
    metadata: { labels: { app: watcher } }
    spec:
      serviceAccountName: watcher
      containers:
        - name: watcher
          image: example.com/watcher:1.0.0
          resources: { requests: { memory: 64Mi, cpu: 50m }, limits: { memory: 64Mi, cpu: 100m } }
---
apiVersion: v1
kind: ServiceAccount
metadata: { name: watcher }
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

Fix: add ``api_access: true`` to the entry, or remove the rights from the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from platc_compiler.diagnostics import Diagnostic, warning
from platc_compiler.lower.include.entries import Entry
from platc_compiler.lower.include.raw import mappings, text
from platc_compiler.lower.kind import Context

CODE = "PLT319"


def check_included(entries: Sequence[Entry], _context: Context) -> Iterator[Diagnostic]:
    """Yield a warning for each binding whose pods cannot use it."""
    for entry in entries:
        if entry.stated.api_access:
            continue
        accounts = {
            (found.namespace, text(found.pod, "serviceAccountName"))
            for found in entry.objects
            if found.pod
        }
        for found in entry.objects:
            if found.kind not in {"RoleBinding", "ClusterRoleBinding"}:
                continue
            for subject in mappings(found.body, "subjects"):
                own = (text(subject, "namespace") or found.namespace, text(subject, "name"))
                if subject.get("kind") == "ServiceAccount" and own in accounts:
                    message = (
                        f"the pods of '{own[1]}' have rights in an API they may not connect to"
                    )
                    hint = f"add api_access: true to include.{entry.name}"
                    yield warning(CODE, message, found.origin, hint)
                    break
