"""A secret lacks a key that its type must have.

Why: the API server refuses the Secret. Nobody says so at the place where it is declared: the
controller that would make it reports it in an event, and the pods wait.

Bad:
```yaml
secrets:
  shop-tls: { keys: [cert, key], type: kubernetes.io/tls, from: existing }
```

Good:
```yaml
secrets:
  shop-tls: { keys: [tls.crt, tls.key], type: kubernetes.io/tls, from: existing }
```

Fix: declare the keys of the type, or leave the type out. Source: ``ValidateSecret`` in
pkg/apis/core/validation/validation.go of Kubernetes.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.lower.kind import Context
from platc_spec.secrets import BASIC_AUTH

CODE = "PLT530"
_EACH_OF = {
    "kubernetes.io/tls": ("tls.crt", "tls.key"),
    "kubernetes.io/dockerconfigjson": (".dockerconfigjson",),
    "kubernetes.io/dockercfg": (".dockercfg",),
    "kubernetes.io/ssh-auth": ("ssh-privatekey",),
}
_ONE_OF = {BASIC_AUTH: ("username", "password")}


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each secret without the keys of its type."""
    for name, secret in context.spec.secrets.items():
        place = ("secrets", name, "keys")
        lost = [key for key in _EACH_OF.get(secret.type, ()) if key not in secret.keys]
        if lost:
            keys = ", ".join(_EACH_OF[secret.type])
            message = f"a secret of the type {secret.type} has the key '{lost[0]}'"
            yield error(CODE, message, place, f"write keys: [{keys}]", on_key=True)
        one = _ONE_OF.get(secret.type, ())
        if one and not set(one) & set(secret.keys):
            message = f"a secret of the type {secret.type} has '{one[0]}' or '{one[1]}'"
            yield error(CODE, message, place, f"write keys: [{', '.join(one)}]", on_key=True)
