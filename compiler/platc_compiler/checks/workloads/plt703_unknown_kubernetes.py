"""The cluster's version of Kubernetes is not one that platc knows.

Why: platc checks every object against the schemas of the cluster's version, and it has no schemas
of this one.

Bad:
```yaml
cluster: { kubernetes: "1.30" }
```

Good:
```yaml
cluster: { kubernetes: "1.37" }
```

Fix: write the known version that is nearest to the cluster's; a newer platc knows newer ones.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.admission.pack import supported_versions
from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.lower.kind import Context

CODE = "PLT703"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error if no schemas are embedded for the cluster's version."""
    version, known = context.spec.cluster.kubernetes, supported_versions()
    if version not in known:
        message = f"Kubernetes {version} is not known to this version of platc"
        yield error(CODE, message, ("cluster", "kubernetes"), f"known: {', '.join(known)}")
