"""A change since the last build cannot be applied to the objects that are in the cluster.

Why: the API server refuses to change some fields of an object: the claims and the selector of a
StatefulSet, the template of a Job, ``clusterIP`` of a Service. ``kubectl apply`` fails at that
object. CloudNativePG refuses a Cluster with a smaller volume or an older PostgreSQL, and moves no
volume that exists to another StorageClass.

Bad:
```yaml earlier
secrets: { pg: { keys: [superuser] } }
services:
  db: { kind: postgres, storage: 5Gi, superuser_password: pg/superuser }
```
```yaml
secrets: { pg: { keys: [superuser] } }
services:
  db: { kind: postgres, storage: 20Gi, superuser_password: pg/superuser }
```

Good:
```yaml earlier
secrets: { pg: { keys: [superuser] } }
services:
  db: { kind: postgres, storage: 5Gi, superuser_password: pg/superuser }
```
```yaml
secrets: { pg: { keys: [superuser] } }
services:
  db: { kind: postgres, storage: 5Gi, superuser_password: pg/superuser }
```

Fix: follow the steps that the note gives, then apply ``out/``. A build compares with what the last
build wrote into ``out/``; it says so once, before ``out/`` is written anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from platc_compiler.admission.updates import asked, fixed_changes
from platc_compiler.diagnostics import Diagnostic, Origin, warning
from platc_compiler.objects.earlier import Change, Changes
from platc_compiler.objects.manifest import Manifest
from platc_spec.quantities import human_bytes, parse_bytes

CODE = "PLT740"
_TAG = re.compile(r":(\d+)[^/]*$")
_UPGRADED_TO = 16
"""The first major version to which CloudNativePG upgrades a server."""


def check_change(changes: Changes) -> Iterator[Diagnostic]:
    """Yield a warning for each object that cannot be changed in place."""
    for change in changes.changed:
        if change.after.kind == "Cluster":
            yield from _of_cluster(change)
        fields = tuple(fixed_changes(change.before, change.after.body))
        if fields:
            yield from _of(change, fields)


def _of(change: Change, fields: tuple[str, ...]) -> Iterator[Diagnostic]:
    manifest = change.after
    other = tuple(field for field in fields if field not in ("volumeClaimTemplates", "resources"))
    if "volumeClaimTemplates" in fields:
        yield from _claims(change)
    if "resources" in fields:
        yield _shrunk(manifest, asked(change.before["spec"]), asked(manifest.body["spec"]))
    if other:
        names = ", ".join(other)
        message = f"{names} of the {manifest.kind} '{manifest.name}' cannot be changed in place"
        yield _told(message, manifest.origin, "delete the object before out/ is applied", manifest)


def _claims(change: Change) -> Iterator[Diagnostic]:
    """Yield what happens to each claim of a StatefulSet."""
    manifest = change.after
    before, after = _templates(change.before), _templates(manifest.body)
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name), after.get(name)
        if old is None or new is None:
            message = f"the StatefulSet '{manifest.name}' cannot get or lose a volume in place"
            yield _told(message, manifest.origin, "delete it, and keep its pods", manifest)
        elif old != new and asked(new["spec"]) < asked(old["spec"]):
            yield _shrunk(manifest, asked(old["spec"]), asked(new["spec"]))
        elif old != new and asked(new["spec"]) > asked(old["spec"]):
            yield _grown(manifest, name, old, new)
        elif old != new:
            message = f"the volume of '{manifest.name}' keeps its StorageClass and access modes"
            yield _told(message, _storage(manifest), "dump, delete the claim, restore", manifest)


def _templates(body: Mapping[str, Any]) -> Mapping[str, Any]:
    found = (body.get("spec") or {}).get("volumeClaimTemplates") or []
    return {template["metadata"]["name"]: template for template in found}


def _grown(
    manifest: Manifest, name: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Diagnostic:
    old, new = asked(before["spec"]), asked(after["spec"])
    amount = after["spec"]["resources"]["requests"]["storage"]
    patch = f'{{"spec":{{"resources":{{"requests":{{"storage":"{amount}"}}}}}}}}'
    pods = int((manifest.body["spec"]).get("replicas") or 1)
    claims = " ".join(f"pvc/{name}-{manifest.name}-{number}" for number in range(pods))
    message = (
        f"the volume of '{manifest.name}' stays {human_bytes(old)}: the claim of a StatefulSet"
        f" cannot be changed to {human_bytes(new)}"
    )
    steps = (
        f"kubectl{_in(manifest)} patch {claims} -p '{patch}'"
        " (its StorageClass must allow expansion)"
    )
    found = _told(message, _storage(manifest), "grow the claim, then replace the object", manifest)
    return replace(found, notes=(steps, *found.notes))


def _of_cluster(change: Change) -> Iterator[Diagnostic]:
    """Yield what CloudNativePG does not do with a server that is there.

    Source: ``validateStorageConfigurationChange`` and ``validateImageChange`` in
    internal/webhook/v1/cluster_webhook.go of its release 1.30.
    """
    manifest, before, after = change.after, change.before.get("spec"), change.after.body["spec"]
    if not isinstance(before, Mapping):
        return
    was, will = before.get("storage") or {}, after.get("storage") or {}
    old, new = parse_bytes(was.get("size", 0)), parse_bytes(will.get("size", 0))
    if 0 < new < old:
        yield _shrunk(manifest, old, new)
    if was.get("storageClass") != will.get("storageClass"):
        message = f"the volumes of '{manifest.name}' that exist keep their StorageClass"
        hint = "keep it, or restore a backup into a new service"
        yield warning(CODE, message, _storage(manifest), hint)
    yield from _other_version(manifest, _major(before), _major(after))


def _other_version(manifest: Manifest, old: int, new: int) -> Iterator[Diagnostic]:
    if new < old or old < new < _UPGRADED_TO:
        message = f"CloudNativePG does not bring '{manifest.name}' from PostgreSQL {old} to {new}"
        least = old if new < old else _UPGRADED_TO
        hint = f"write {least} or later, or move a dump into a new service"
        yield warning(CODE, message, (*manifest.origin[:2], "version"), hint)


def _major(spec: Mapping[str, Any]) -> int:
    """Return the major version of a Cluster, which its operator reads out of the image's tag."""
    found = _TAG.search(str(spec.get("imageName", "")))
    return int(found[1]) if found else 0


def _shrunk(manifest: Manifest, old: int, new: int) -> Diagnostic:
    message = (
        f"the volume of '{manifest.name}' cannot shrink from {human_bytes(old)} to"
        f" {human_bytes(new)}"
    )
    hint = "keep the size, or restore a backup into a new service"
    return warning(CODE, message, _storage(manifest), hint)


def _storage(manifest: Manifest) -> Origin:
    """Return the place of the size of its volume: a service of a kind states ``storage``."""
    return (*manifest.origin[:2], "storage")


def _told(message: str, place: Origin, hint: str, manifest: Manifest) -> Diagnostic:
    """Return a warning with the command that removes the object, and leaves a set's pods."""
    orphans = " --cascade=orphan" if manifest.kind == "StatefulSet" else ""
    named = f"{manifest.kind.lower()} {manifest.name}"
    step = f"kubectl{_in(manifest)} delete {named}{orphans}, then apply out/"
    return replace(warning(CODE, message, place, hint), notes=(step,))


def _in(manifest: Manifest) -> str:
    return f" -n {manifest.namespace}" if manifest.namespace else ""
