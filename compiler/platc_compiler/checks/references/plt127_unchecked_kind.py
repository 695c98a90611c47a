"""platc knows nothing of a kind of included objects.

Why: platc has the schemas of the kinds of Kubernetes that workloads need, and judges objects of a
custom kind only if the file with its CustomResourceDefinition is included too. Of other objects,
neither the fields are checked, nor are the pods counted and connected that their operator makes
for them.

Bad:
```yaml
include:
  search: { files: [vendor/search.yaml] }
```
```yaml file=vendor/search.yaml
apiVersion: search.example.com/v1
kind: Index
metadata: { name: products }
spec: { shards: 3 }
```

Good:
```yaml
include:
  search: { files: [vendor/search.yaml] }
```
```yaml file=vendor/search.yaml
apiVersion: v1
kind: ConfigMap
metadata: { name: products }
data: { shards: "3" }
```

Fix: include the definition as well, if the platform shall install it. Declare the pods that the
operator makes as an ``external`` service with ``resources``, so that they are counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from platc_compiler.admission.foreign import unknown
from platc_compiler.diagnostics import Diagnostic, note
from platc_compiler.lower.include.entries import Entry
from platc_compiler.lower.kind import Context

CODE = "PLT127"
_HINT = "include its CustomResourceDefinition to have it judged"


def check_included(entries: Sequence[Entry], context: Context) -> Iterator[Diagnostic]:
    """Yield a note for each kind of an entry that has no schema."""
    for entry in entries:
        bodies = [found.body for found in entry.sound]
        version = context.spec.cluster.kubernetes
        first: dict[tuple[object, object], int] = {}
        count: dict[tuple[object, object], int] = {}
        for index in unknown(bodies, version):
            key = (bodies[index].get("apiVersion"), bodies[index].get("kind"))
            first.setdefault(key, index)
            count[key] = count.get(key, 0) + 1
        for (group, kind), index in first.items():
            several = f"{count[group, kind]} objects" if count[group, kind] > 1 else "one object"
            message = f"{several} of {group} {kind}: not checked, as platc has no schema of it"
            place = entry.sound[index].origin
            own = str(group).partition("/")[0].endswith(".k8s.io")
            hint = "kubectl apply --dry-run=server judges it" if own else _HINT
            yield note(CODE, message, place, hint)
