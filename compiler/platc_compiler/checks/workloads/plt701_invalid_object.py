"""A generated object does not fit the schema of the cluster's version of Kubernetes.

Why: the API server would refuse it, after it has accepted the objects before it.

Bad:
```yaml
patches:
  - target: { kind: Deployment, name: web }
    merge: { spec: { replica: 2 } }
```

Good:
```yaml
patches:
  - target: { kind: Deployment, name: web }
    merge: { spec: { replicas: 2 } }
```

Fix: correct the patch, the template, or the value of platform.yaml that the object contains.
Without any of these it is a bug of platc: please report it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from platc_compiler.admission.validation import faults
from platc_compiler.checks.patched import blamed
from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.ir.platform import Platform
from platc_compiler.objects.manifest import Manifest
from platc_compiler.source.places import path_text

CODE = "PLT701"


def check_objects(manifests: Sequence[Manifest], platform: Platform) -> Iterator[Diagnostic]:
    """Yield an error for each fault of each object against its schema."""
    version = platform.spec.cluster.kubernetes
    for fault in faults([manifest.body for manifest in manifests], version):
        manifest = manifests[fault.index]
        where = f" at {path_text(fault.path)}" if fault.path else ""
        message = (
            f"{manifest.kind} '{manifest.name}' does not fit its schema{where}: {fault.message}"
        )
        yield error(CODE, message, blamed(manifest, platform))
