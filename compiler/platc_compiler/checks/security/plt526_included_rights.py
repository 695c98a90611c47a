"""An included object has rights beyond the platform's namespaces, and no reason is stated.

Why: a cluster role acts in every namespace, a webhook changes or refuses the objects of everybody,
and a pod with access to its node can read what all other pods hold. Files from elsewhere often ask
for more than the program needs.

Bad:
```yaml
include:
  agent: { files: [vendor/agent.yaml] }
```
```yaml file=vendor/agent.yaml
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: agent }
rules: [{ apiGroups: [""], resources: [pods], verbs: [list] }]
```

Good:
```yaml
include:
  agent:
    files: [vendor/agent.yaml]
    allow: { cluster_rights: it lists the pods of every namespace }
```
```yaml file=vendor/agent.yaml
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: agent }
rules: [{ apiGroups: [""], resources: [pods], verbs: [list] }]
```

Fix: remove the object from the file, turn the right off in the chart's values, or state why it is
needed under ``allow``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.lower.include.entries import Entry
from platc_compiler.lower.include.rights import rights
from platc_compiler.lower.kind import Context

CODE = "PLT526"


def check_included(entries: Sequence[Entry], _context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each right that an entry does not allow, once for each object."""
    for entry in entries:
        told = set()
        for right in rights(entry.objects):
            key = (right.object.origin, right.word)
            if right.word not in entry.stated.allow and key not in told:
                told.add(key)
                message = f"the {right.object.kind} '{right.object.name}' {right.meaning}"
                hint = (
                    f"if it must, say why: include.{entry.name}.allow: {{ {right.word}: REASON }}"
                )
                yield error(CODE, message, right.path, hint)
