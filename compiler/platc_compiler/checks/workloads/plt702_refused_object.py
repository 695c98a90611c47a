"""A generated object fits its schema, and the API server would refuse it all the same.

Why: a schema does not contain all rules of names, ports, selectors, probes and amounts. The API
server would refuse the object after it has accepted the objects before it.

Bad:
```yaml
patches:
  - target: { kind: Deployment, name: web }
    merge: { spec: { selector: { matchLabels: { app.kubernetes.io/name: other } } } }
```

Good:
```yaml
patches:
  - target: { kind: Deployment, name: web }
    merge: { spec: { minReadySeconds: 10 } }
```

Fix: correct the patch, the template, or the value of platform.yaml that the object contains.
Without any of these it is a bug of platc: please report it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from platc_compiler.admission.fault import Fault
from platc_compiler.checks.patched import blamed
from platc_compiler.checks.workloads.plt707_too_large_object import too_large
from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.ir.platform import Platform
from platc_compiler.lower.kind import Context
from platc_compiler.objects.manifest import Manifest
from platc_compiler.source.included import inside
from platc_compiler.source.places import path_text

if TYPE_CHECKING:
    from platc_compiler.lower.include.entries import Entry

CODE = "PLT702"


def check_included(entries: Sequence[Entry], context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each reason why an included object would be refused by itself."""
    from platc_compiler.admission.pack import supported_versions
    from platc_compiler.admission.rules import faults_alone
    from platc_compiler.admission.validation import has_schema

    version = context.spec.cluster.kubernetes
    if version not in supported_versions():
        return  # PLT703 reports it.
    every = (each for entry in entries for each in entry.sound)
    found = [each for each in every if has_schema(each.body, version)]
    for fault in faults_alone([each.body for each in found]):
        one = found[fault.index]
        message = f"{one.kind} '{one.name}' would be refused: {fault.message}"
        yield error(CODE, message, (*one.origin, *fault.path))


def check_objects(manifests: Sequence[Manifest], platform: Platform) -> Iterator[Diagnostic]:
    """Yield an error for each reason why the API server would refuse an object.

    Duplicates (PLT706) and too large objects (PLT707) are not reported again.
    """
    from platc_compiler.admission.rules import faults
    from platc_compiler.admission.validation import has_schema

    version = platform.spec.cluster.kubernetes
    asked = [
        each
        for each in _once(manifests)
        if not too_large(each) and (not inside(each.origin) or has_schema(each.body, version))
    ]
    for fault in faults([manifest.body for manifest in asked]):
        manifest = asked[fault.index]
        where = f" at {path_text(fault.path)}" if fault.path else ""
        message = f"{manifest.kind} '{manifest.name}' would be refused{where}: {fault.message}"
        place = blamed(manifest, platform, fault.path)
        hint = _hint_of_patch(fault, manifest) if place[:1] == ("patches",) else ""
        yield error(CODE, message, place, hint)


_SAID = {
    "allowPrivilegeEscalation": "allowPrivilegeEscalation: false",
    "drop": "capabilities: { drop: [ALL] }",
    "runAsNonRoot": "runAsNonRoot: true",
}
"""What every container of a restricted namespace says in its ``securityContext``."""


def _hint_of_patch(fault: Fault, manifest: Manifest) -> str:
    """Return how a patch is mended that brings a fault about."""
    if fault.message.startswith("the pod has no volume"):
        return (
            "a merge replaces a whole list: add to it by json: [{ op: add, path: …/-, value: … }]"
        )
    if "the namespace enforces" not in fault.message:
        return ""
    said = next((_SAID[step] for step in fault.path if step in _SAID), "")
    if said:
        return f"write it in the patch: securityContext: {{ {said} }}"
    from platc_compiler.admission.rules.pod_security import CAPABILITIES

    usual = "runAsUser" in fault.path or any(name in fault.message for name in CAPABILITIES)
    level = "baseline" if usual and "'restricted'" in fault.message else "privileged"
    return f"leave it out, or write pod_security: {level} under namespaces.{manifest.namespace}"


def _once(manifests: Sequence[Manifest]) -> list[Manifest]:
    return list({(d.kind, d.namespace, d.name): d for d in reversed(manifests)}.values())[::-1]
