"""Several replicas share a persistent volume that one node at a time can hold.

Why: on a cluster of several nodes, only the pods on the node that holds the volume can start; the
others stay Pending. When that node fails, all of them fail.

Bad:
```yaml
cluster: { nodes: { main: { count: 2 } } }
services:
  web: { replicas: 2, volumes: { data: { mount: /data, size: 1Gi } } }
```

Good:
```yaml
cluster: { nodes: { main: { count: 2 } } }
services:
  web: { replicas: 2, volumes: { data: { mount: /data, size: 1Gi, ephemeral: true } } }
```

Fix: run one replica, make the volume ephemeral, or keep the data in a database or object store.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, warning
from platc_compiler.ir.platform import Platform
from platc_compiler.ir.pods import Claim
from platc_compiler.ir.workloads import Deployment

CODE = "PLT715"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield a warning for each such volume of a Deployment with several replicas."""
    if sum(pool.count for pool in platform.spec.cluster.nodes.values()) == 1:
        return
    for workload in platform.workloads:
        controller = workload.controller
        if not isinstance(controller, Deployment) or controller.replicas <= 1:
            continue
        for volume in workload.pod.volumes:
            if isinstance(volume.source, Claim) and volume.source.access == "ReadWriteOnce":
                message = (
                    f"{controller.replicas} replicas share the volume '{volume.name}', which one "
                    "node at a time can hold"
                )
                place = volume.source.origin or workload.origin
                yield warning(CODE, message, place, "run one replica", on_key=True)
