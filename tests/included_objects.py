"""Kubernetes objects as other people write them, and platforms that include them."""

from __future__ import annotations

from platc_compiler.diagnostics.rendering import as_text
from platc_compiler.pipeline import Result, compile_platform
from platc_compiler.source.beside import InMemory
from platc_compiler.source.source import Source

CACHE = """\
---
# Rendered by Helm.
apiVersion: v1
kind: ServiceAccount
metadata: { name: cache }
automountServiceAccountToken: false
---
apiVersion: v1
kind: ConfigMap
metadata: { name: cache, labels: { app.kubernetes.io/managed-by: Helm, helm.sh/chart: cache-1.0 } }
data: { cache.conf: "maxmemory 48mb\\n" }
---
apiVersion: v1
kind: Service
metadata: { name: cache-pods }
spec:
  clusterIP: None
  selector: { app: cache }
  ports: [{ name: redis, port: 6379, targetPort: redis }]
---
apiVersion: v1
kind: Service
metadata: { name: cache }
spec:
  selector: { app: cache }
  ports:
    - { name: redis, port: 16379, targetPort: redis }
    - { name: metrics, port: 9121 }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: cache }
spec:
  serviceName: cache-pods
  replicas: 2
  selector: { matchLabels: { app: cache } }
  template:
    metadata: { labels: { app: cache } }
    spec:
      serviceAccountName: cache
      securityContext:
        runAsNonRoot: true
        runAsUser: 1001
        fsGroup: 1001
        seccompProfile: { type: RuntimeDefault }
      containers:
        - name: cache
          image: docker.io/redis:7.4.1
          command: [redis-server, /etc/cache/cache.conf]
          env: [{ name: PASSWORD, valueFrom: { secretKeyRef: { name: cache, key: password } } }]
          ports: [{ name: redis, containerPort: 6379 }, { containerPort: 9121 }]
          securityContext:
            allowPrivilegeEscalation: false
            capabilities: { drop: [ALL] }
          resources:
            requests: { cpu: 50m, memory: 64Mi }
            limits: { cpu: 200m, memory: 128Mi }
          volumeMounts:
            - { name: data, mountPath: /data }
            - { name: conf, mountPath: /etc/cache }
      volumes: [{ name: conf, configMap: { name: cache, defaultMode: 0440 } }]
  volumeClaimTemplates:
    - metadata: { name: data }
      spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
"""
"""A store with a volume for each pod, a headless Service, and another one with other ports."""

_HEAD = """\
platform: demo
version: 1
cluster: {{ nodes: {{ main: {{ memory: 8GB, cpu: 4, count: {nodes} }} }} }}
namespaces: {{ shop: {{}} }}
secrets: {{ cache: {{ keys: [password] }} }}
"""
_WEB = """\
services:
  web:
    kind: workload
    image: example.com/web:1.0.0
    resources: { requests: { memory: 64Mi, cpu: 50m }, limits: { memory: 64Mi, cpu: 100m } }
"""


def compiled(
    include: str, files: dict[str, str], *, web: str = "", nodes: int = 1, environment: str = ""
) -> Result:
    """Return what a platform of one service becomes that includes something.

    Args:
        include: the entries, and further top-level keys.
        files: the files beside platform.yaml.
        web: further lines of the service ``web``, indented by four spaces.
        nodes: how many nodes of 8 GB there are.
        environment: the selected environment.
    """
    text = f"{_HEAD.format(nodes=nodes)}{include}{_WEB}{web}"
    return compile_platform(Source(text, environment=environment or None, beside=InMemory(files)))


def built(
    include: str, files: dict[str, str], *, web: str = "", nodes: int = 1, environment: str = ""
) -> Result:
    """Return the same; there must be no error."""
    result = compiled(include, files, web=web, nodes=nodes, environment=environment)
    assert not result.failed, as_text(result.diagnostics)
    return result
