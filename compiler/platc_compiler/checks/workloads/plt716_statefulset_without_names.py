"""The pods of a StatefulSet get no names of their own, because its Service is not headless.

Why: clients that address one pod (a replica, a broker) cannot resolve its name, although the API
server accepts every object.

Bad:
```yaml
secrets: { db: { namespace: shop, keys: [superuser] } }
services:
  db: { kind: postgres, namespace: shop, storage: 1Gi, superuser_password: db/superuser }
patches:
  - target: { kind: Service, name: db }
    merge: { spec: { clusterIP: null } }
```

Good:
```yaml
secrets: { db: { namespace: shop, keys: [superuser] } }
services:
  db: { kind: postgres, namespace: shop, storage: 1Gi, superuser_password: db/superuser }
patches:
  - target: { kind: Service, name: db }
    merge: { metadata: { annotations: { owner: shop } } }
```

Fix: keep ``clusterIP: None`` in the Service that the StatefulSet names.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from platc_compiler.admission.rules import warnings
from platc_compiler.checks.patched import blamed
from platc_compiler.diagnostics import Diagnostic, warning
from platc_compiler.ir.platform import Platform
from platc_compiler.objects.manifest import Manifest

CODE = "PLT716"


def check_objects(manifests: Sequence[Manifest], platform: Platform) -> Iterator[Diagnostic]:
    """Yield a warning for each StatefulSet whose governing Service is missing or not headless."""
    for fault in warnings([manifest.body for manifest in manifests]):
        manifest = manifests[fault.index]
        message = f"{manifest.kind} '{manifest.name}': its serviceName {fault.message}"
        yield warning(CODE, message, blamed(manifest, platform), "make it headless")
