"""The emitted network policies do not allow exactly the declared and derived connections.

Why: policies fail silently, either way. What they allow is computed from the objects as they are
written, after all patches and out of templates of your own, and compared with ``depends_on`` and
what follows from the rest of the file (scrapes, DNS, the API server): none more, none less.

Bad:
```yaml
patches:
  - target: { kind: NetworkPolicy, name: default-deny, namespace: shop }
    merge: { spec: { ingress: [{}] } }
```

Good:
```yaml
patches:
  - target: { kind: NetworkPolicy, name: default-deny, namespace: shop }
    merge: { metadata: { annotations: { owner: team } } }
```

Fix: declare the connection under ``depends_on`` instead of patching it in; take back the patch, or
the template of your own, that changes what policies or pods' labels say.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from platc_compiler.diagnostics import Diagnostic, Origin, error
from platc_compiler.ir.platform import Platform
from platc_compiler.network.verdict import Difference, differences
from platc_compiler.targets.documents import Manifest

CODE = "PLT301"
_MOST = 12
"""Differences that are told of; where everything is open they are without number."""


def check(documents: Sequence[Manifest], platform: Platform) -> Iterator[Diagnostic]:
    """Yield an error for each connection that is allowed and not declared, or the reverse."""
    for found in islice(differences([m.body for m in documents], platform), _MOST):
        yield error(CODE, _message(found), _place(found, documents), _hint(found, documents))


def _message(found: Difference) -> str:
    if found.kind == "extra":
        return f"{found.source} can reach {found.target} on {found.ports}, which nothing declares"
    reasons = " and ".join(sorted({edge.reason for edge in found.edges}))
    return f"{found.source} cannot reach {found.target} on {found.ports}, for {reasons}"


def _place(found: Difference, documents: Sequence[Manifest]) -> Origin:
    for edge in found.edges:
        if edge.origin:
            return edge.origin
    return documents[found.documents[0]].origin if found.documents else ()


def _hint(found: Difference, documents: Sequence[Manifest]) -> str:
    policies = sorted(
        {documents[i].name for i in found.documents if documents[i].kind == "NetworkPolicy"}
    )
    if policies:
        return "by " + ", ".join(policies)
    return "no policy keeps it out" if found.kind == "extra" else "policies or labels were changed"
