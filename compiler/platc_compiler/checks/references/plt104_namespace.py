"""A service or a secret is in a namespace that is not declared, or in none of several.

Why: default deny, quota and Pod Security are made for declared namespaces; and if there are
several, the compiler must not guess which one was meant.

Bad:
```yaml
services:
  web: { namespace: shopp }
```

Good:
```yaml
services:
  web: { namespace: shop }
```

Fix: write the name of a declared namespace, or declare it under ``namespaces:``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from platc_compiler.checks.references.users_of_secrets import namespaces_of_users
from platc_compiler.diagnostics import Diagnostic, Origin, error
from platc_compiler.diagnostics.did_you_mean import did_you_mean
from platc_compiler.lower.kind import Context
from platc_spec.kinds.external import External
from platc_spec.platform import Spec
from platc_spec.service import Deployed, Service

CODE = "PLT104"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each service and secret whose namespace is unknown or not stated."""
    spec = context.spec
    externals = context.of_kind(External).values()
    others = {each.address.namespace for each in externals if each.address.namespace}
    for name, service in spec.services.items():
        if isinstance(service, Deployed):
            place = ("services", name)
            yield from _of(spec, f"the service '{name}'", service.namespace, place, _one_of(spec))
        if service.kind == "prometheus":
            yield from _looked_in([*spec.namespaces, *sorted(others)], name, service)
    for name, secret in spec.secrets.items():
        hint = _of_users(name, context)
        yield from _of(spec, f"the secret '{name}'", secret.namespace, ("secrets", name), hint)


def _one_of(spec: Spec) -> str:
    return f"add 'namespace:', one of {', '.join(spec.namespaces)}"


def _of_users(name: str, context: Context) -> str:
    """Return what to add to a secret that needs a copy for each namespace that uses it."""
    several = namespaces_of_users(name, context)
    if len(several) > 1:
        return f"add namespace: [{', '.join(several)}]"
    return _one_of(context.spec)


def _looked_in(known: Sequence[str], name: str, service: Service) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each unknown namespace in which a Prometheus looks for targets."""
    for kind in ("pods", "services"):
        asking = getattr(service.discover, kind)  # type: ignore[attr-defined]
        for index, namespace in enumerate(getattr(asking, "namespaces", ())):
            if namespace not in known:
                place = ("services", name, "discover", kind, "namespaces", index)
                hint = did_you_mean(
                    namespace, known, "declare it under namespaces:, or an external in it"
                )
                yield error(CODE, f"unknown namespace '{namespace}'", place, hint)


def _of(
    spec: Spec, what: str, stated: str | tuple[str, ...] | None, place: Origin, hint: str
) -> Iterator[Diagnostic]:
    if not stated and len(spec.namespaces) > 1:
        message = f"{what} has no namespace, and there are several"
        yield error(CODE, message, place, hint, on_key=True)
    for name, path in _each(stated, (*place, "namespace")):
        if name not in spec.namespaces:
            meant = did_you_mean(name, spec.namespaces, "declare it under namespaces:")
            yield error(CODE, f"unknown namespace '{name}'", path, meant)


def _each(stated: str | tuple[str, ...] | None, place: Origin) -> list[tuple[str, Origin]]:
    if isinstance(stated, str):
        return [(stated, place)]
    return [(name, (*place, index)) for index, name in enumerate(stated or ())]
