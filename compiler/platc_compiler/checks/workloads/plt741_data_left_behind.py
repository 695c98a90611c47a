"""A change since the last build makes a service start with an empty volume.

Why: each major version of PostgreSQL has a folder of its own for its data, because it cannot read
that of another one. A service with another name or namespace gets a new volume, and so does a
PostgreSQL with another ``provider``. The old data stay where they are, and nobody reads them.

Bad:
```yaml earlier
secrets: { pg: { keys: [superuser] } }
services:
  db: { kind: postgres, version: 17, storage: 5Gi, superuser_password: pg/superuser }
```
```yaml
secrets: { pg: { keys: [superuser] } }
services:
  db: { kind: postgres, version: 18, storage: 5Gi, superuser_password: pg/superuser }
```

Good:
```yaml earlier
platform: shop
secrets: { pg: { keys: [superuser] } }
services:
  db: { kind: postgres, version: 17, storage: 5Gi, superuser_password: pg/superuser }
```
```yaml whole
platform: shop
version: 1
cluster: { nodes: { main: { memory: 8GB, cpu: 4 } } }
namespaces: { shop: }
secrets: { pg: { keys: [superuser] } }
services:
  db:
    kind: postgres
    version: 18  # platc: allow PLT741 because the dump of today is restored afterwards
    storage: 5Gi
    superuser_password: pg/superuser
```

Fix: take a dump of every database, apply the change, and restore the dumps; or keep the version and
the name. A step ``upgrade: SERVICE`` of a procedure under ``recovery`` writes the way to a new
major version into runbook/RECOVERY.md, with all commands. When the change is planned, say so with
``# platc: allow PLT741 because …`` on the line: of all errors, this one can be allowed. Remove the
comment after the build.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.objects.earlier import Change, Changes

CODE = "PLT741"
_KIND = "app.kubernetes.io/name"
_SERVICE = "app.kubernetes.io/instance"
_VERSION = "app.kubernetes.io/version"
_HINT = "restore a dump, and allow it: # platc: allow PLT741 because …"


def check_change(changes: Changes) -> Iterator[Diagnostic]:
    """Yield an error for each service that does not find its data again."""
    for change in changes.changed:
        yield from _other_folder(change)
    yield from _other_name(changes)


def _other_folder(change: Change) -> Iterator[Diagnostic]:
    # What a replica holds is a copy, which it makes again in its new folder.
    if change.after.kind == "StatefulSet" and change.after.origin[2:] != ("replicas",):
        old, new = _data_folder(change.before), _data_folder(change.after.body)
        if old and new and old != new:
            message = f"{_upgrade(change)} starts with no data: they are in {old}, not in {new}"
            found = error(CODE, message, (*change.after.origin[:2], "version"), _HINT)
            yield replace(found, notes=_steps(change, old), consent=True)


def _upgrade(change: Change) -> str:
    """Return the name of a server, with its versions if these differ."""
    name = f"'{change.after.name}'"
    before, after = (_label(body, _VERSION) for body in (change.before, change.after.body))
    return f"{name}, upgraded from {before} to {after}," if before and before != after else name


def _steps(change: Change, old: str) -> tuple[str, ...]:
    """Return the commands from the last dump of the old server to its restore into the new one."""
    name, namespace = change.after.name, change.after.namespace
    kubectl, job = f"kubectl -n {namespace}", f"{name}-last"
    return (
        "0. without a backup: declare one, and build and apply it with the old version",
        f"1. stop who writes; {kubectl} create job {job} --from=cronjob/{name}-backup",
        f"2. {kubectl} wait --for=condition=complete job/{job} --timeout=1h",
        "3. build and apply out/: the new server starts beside the old data",
        f"4. restore the dump; a step 'upgrade: {name}' of recovery.procedures has all commands",
        f"5. when all is there: {kubectl} exec {name}-0 -- rm -r {old.rpartition('/')[0]}",
    )


def _data_folder(body: Mapping[str, Any]) -> str:
    """Return where a PostgreSQL keeps its data, empty for any other program."""
    pod = ((body.get("spec") or {}).get("template") or {}).get("spec") or {}
    for container in pod.get("containers") or ():
        for variable in container.get("env") or ():
            if variable.get("name") == "PGDATA":
                return str(variable.get("value", ""))
    return ""


def _other_name(changes: Changes) -> Iterator[Diagnostic]:
    """Yield an error for each new service of a kind of which another one has gone."""
    gone = {_sort(body): body for body in changes.removed}
    for manifest in changes.added:
        before = gone.get(_sort(manifest.body))
        if before is None:
            continue
        old, new = _label(before, _SERVICE), _label(manifest.body, _SERVICE)
        # Two services of kind workload need not be the same program.
        if old == new or _label(manifest.body, _KIND) != "workload":
            kind = "" if before.get("kind") == manifest.kind else f"{before.get('kind')} "
            place = f"{kind}'{before['metadata'].get('namespace')}/{old}'"
            message = f"'{manifest.namespace}/{new}' starts with no data: they stay in {place}"
            found = error(CODE, message, manifest.origin[:2], _HINT, on_key=True)
            yield replace(found, consent=True)


def _sort(body: Mapping[str, Any]) -> tuple[object, str]:
    """Return the kind of an object with what it runs; an operator's server is as platc's own."""
    kind = body.get("kind")
    return "StatefulSet" if kind == "Cluster" else kind, _label(body, _KIND)


def _label(body: Mapping[str, Any], name: str) -> str:
    return str(((body.get("metadata") or {}).get("labels") or {}).get(name, ""))
