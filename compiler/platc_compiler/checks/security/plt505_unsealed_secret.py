"""A declared secret has no sealed value, or one that the controller cannot open.

Why: without the value the Secret is not created, and the pods that need it cannot start. A sealed
value is bound to its name, namespace and scope: when one of these changes, nobody can open it. One
warning lists all secrets, one on each line.

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

Fix: run ``platc seal``; it does not seal unchanged values again. ``platc seal --check`` lists the
keys.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from platc_compiler.diagnostics import Diagnostic, Mention, warning
from platc_compiler.ir.platform import Platform, Secret

CODE = "PLT505"

_ANNOTATION = "sealedsecrets.bitnami.com/"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield one warning if secrets are not sealed as declared, with a line for each."""
    faults = {
        name: _sentence(name, of_each, sum(secret.name == name for secret in platform.secrets))
        for name, of_each in _by_name(platform).items()
    }
    if len(faults) == 1:
        (name,) = faults
        yield warning(CODE, faults[name], ("secrets", name), "run platc seal", on_key=True)
    elif faults:
        message = f"{len(faults)} secrets are not sealed as they are declared"
        told = warning(CODE, message, ("secrets",), "run platc seal", on_key=True)
        notes = tuple(Mention(text, ("secrets", name)) for name, text in faults.items())
        yield replace(told, notes=notes)


def _by_name(platform: Platform) -> dict[str, dict[str, list[str]]]:
    """Return the namespaces of each fault, by secret and fault."""
    sealed = {
        (_metadata(each)["name"], _metadata(each)["namespace"]): each for each in platform.sealed
    }
    names = {name for name, _ in sealed}
    found: dict[str, dict[str, list[str]]] = {}
    for secret in (each for each in platform.secrets if each.sealed):
        own = sealed.get((secret.name, secret.namespace))
        what = _fault(secret, own, elsewhere=secret.name in names)
        if what:
            found.setdefault(secret.name, {}).setdefault(what, []).append(secret.namespace)
    return found


def _sentence(name: str, faults: Mapping[str, list[str]], copies: int) -> str:
    """Return the fault of a secret; it names namespaces only where they matter."""
    parts = [
        what if len(namespaces) == copies else f"{what} for {_listed(namespaces)}"
        for what, namespaces in faults.items()
    ]
    return f"the secret '{name}' {' and '.join(parts)}"


def _listed(namespaces: list[str]) -> str:
    word = "namespace" if len(namespaces) == 1 else "namespaces"
    return f"the {word} {', '.join(repr(each) for each in namespaces)}"


def _metadata(sealed: Mapping[str, Any]) -> Mapping[str, Any]:
    metadata: Mapping[str, Any] = sealed.get("metadata", {})
    return metadata


def _fault(secret: Secret, sealed: Mapping[str, Any] | None, *, elsewhere: bool) -> str:
    """Return the fault of a sealed secret, empty if there is none."""
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
