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
from typing import TYPE_CHECKING

from platc_compiler.checks.patched import blamed
from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.ir.platform import Platform
from platc_compiler.lower.kind import Context
from platc_compiler.objects.manifest import Manifest
from platc_compiler.source.included import inside
from platc_compiler.source.places import path_text

if TYPE_CHECKING:
    from platc_compiler.lower.include.entries import Entry

CODE = "PLT701"


def check_included(entries: Sequence[Entry], context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each fault of an included object, before it becomes a part of platform."""
    from platc_compiler.admission.foreign import faults
    from platc_compiler.admission.pack import supported_versions

    version = context.spec.cluster.kubernetes
    found = [each for entry in entries for each in entry.sound]
    if version not in supported_versions():
        return  # PLT703 reports it.
    for fault in faults([each.body for each in found], version):
        one = found[fault.index]
        message = f"{one.kind} '{one.name}' does not fit its schema: {fault.message}"
        yield error(CODE, message, (*one.origin, *fault.path))


def check_objects(manifests: Sequence[Manifest], platform: Platform) -> Iterator[Diagnostic]:
    """Yield an error for each fault of each object against its schema.

    Included objects of custom kinds have been judged before, as far as they can be.
    """
    from platc_compiler.admission.validation import faults, has_schema

    version = platform.spec.cluster.kubernetes
    manifests = [m for m in manifests if not inside(m.origin) or has_schema(m.body, version)]
    for fault in faults([manifest.body for manifest in manifests], version):
        manifest = manifests[fault.index]
        where = f" at {path_text(fault.path)}" if fault.path else ""
        message = (
            f"{manifest.kind} '{manifest.name}' does not fit its schema{where}: {fault.message}"
        )
        yield error(CODE, message, blamed(manifest, platform, fault.path))
