"""A declared secret has no sealed value, or one that the controller cannot open.

Why: without it the Secret does not come to be, and the pods that need it wait for ever. A sealed
value is bound to its name, namespace and scope: after a change of these it is rubbish.

Bad:
```yaml
secrets: { database: { keys: [password] } }
services:
  web: { env: { DATABASE_PASSWORD: "${database/password}" } }
```

Good:
```yaml
secrets: { database: { keys: [password] } }
services:
  web: { env: { DATABASE_PASSWORD: "${database/password}" } }
```
```yaml sealed
apiVersion: bitnami.com/v1alpha1
kind: SealedSecret
metadata: { name: database, namespace: shop }
spec:
  encryptedData: { password: AgA… }
  template: { metadata: { name: database, namespace: shop }, type: Opaque }
```

Fix: run ``platc seal``; what has not changed is not sealed again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from platc_compiler.diagnostics import Diagnostic, warning
from platc_compiler.ir.platform import Platform, Secret

CODE = "PLT505"

_ANNOTATION = "sealedsecrets.bitnami.com/"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield a warning for each secret of a namespace that is not sealed as it is declared."""
    sealed = {
        (_metadata(each)["name"], _metadata(each)["namespace"]): each for each in platform.sealed
    }
    names = {name for name, _ in sealed}
    copies = Counter(secret.name for secret in platform.secrets)
    for secret in platform.secrets:
        own = sealed.get((secret.name, secret.namespace))
        what = _fault(secret, own, elsewhere=secret.name in names)
        if what:
            where = f" for the namespace '{secret.namespace}'" if copies[secret.name] > 1 else ""
            message = f"the secret '{secret.name}' {what}{where}"
            yield warning(CODE, message, secret.origin, "run platc seal", on_key=True)


def _metadata(sealed: Mapping[str, Any]) -> Mapping[str, Any]:
    metadata: Mapping[str, Any] = sealed.get("metadata", {})
    return metadata


def _fault(secret: Secret, sealed: Mapping[str, Any] | None, *, elsewhere: bool) -> str:
    """Return what is wrong with a sealed secret, empty if nothing is."""
    if sealed is None:
        return "is sealed for another namespace only" if elsewhere else "is not sealed"
    scope = _scope(sealed)
    if scope != secret.scope:
        return f"is sealed with the scope '{scope}', not '{secret.scope}'"
    missing = [
        key for key in secret.keys if key not in sealed.get("spec", {}).get("encryptedData", {})
    ]
    return f"has no sealed value of {', '.join(missing)}" if missing else ""


def _scope(sealed: Mapping[str, Any]) -> str:
    annotations = _metadata(sealed).get("annotations", {})
    for scope in ("cluster-wide", "namespace-wide"):
        if annotations.get(f"{_ANNOTATION}{scope}") == "true":
            return scope
    return "strict"
