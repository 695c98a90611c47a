"""A name stands where a service is wanted, and no such service is declared.

Why: network policies and inhibition rules are derived from ``depends_on`` and from other names of
services. With a misspelt name, a connection would be blocked in production.

Bad:
```yaml
services:
  web: { depends_on: [databse] }
  database: { kind: workload, image: "example.com/shop/database:1.0", ports: { sql: 5432 } }
```

Good:
```yaml
services:
  web: { depends_on: [database] }
  database: { kind: workload, image: "example.com/shop/database:1.0", ports: { sql: 5432 } }
```

Fix: write the name of a declared service of the right kind, or declare it. A service that somebody
else runs is declared with ``kind: external``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache, partial

from platc_compiler.diagnostics import Diagnostic, Edit, Hint, error
from platc_compiler.diagnostics.did_you_mean import did_you_mean
from platc_compiler.language.references import Reference
from platc_compiler.lower.kind import Context

CODE = "PLT101"
_FEW = 3


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each reference to a missing service or to one of a wrong kind."""
    services = context.spec.services
    eligible = cache(partial(_eligible, context))
    for reference in context.references:
        name = _service(reference)
        if name is None:
            continue
        if name not in services:
            hint = did_you_mean(name, eligible(reference.kinds), "declare it under services:")
            yield error(CODE, f"unknown service '{name}'", reference.path, hint)
        elif reference.kinds and services[name].kind not in reference.kinds:
            wanted = " or ".join(reference.kinds)
            message = (
                f"the service '{name}' is of kind {services[name].kind}, where {wanted} is wanted"
            )
            choices = eligible(reference.kinds)
            yield error(CODE, message, reference.path, _of_kind(name, wanted, choices))


def _of_kind(name: str, wanted: str, eligible: tuple[str, ...]) -> str | Hint:
    """Return a hint for a service of a wrong kind: the names of those that have the right one."""
    if len(eligible) == 1:
        return Hint(f"write {eligible[0]}", Edit("word", eligible[0], name))
    if 1 < len(eligible) <= _FEW:
        return f"write {' or '.join(sorted(eligible))}"
    return did_you_mean(name, eligible, f"no service is of kind {wanted}")


def _service(reference: Reference) -> str | None:
    match reference.to:
        case "service":
            return reference.name
        case "dependency":
            return reference.name.partition(":")[0]
        case "database":
            return reference.name.partition("/")[0]
        case _:
            return None


def _eligible(context: Context, kinds: tuple[str, ...]) -> tuple[str, ...]:
    """Return the services that may be meant, those included that are not valid yet."""
    stated = context.data.get("services")
    services = stated if isinstance(stated, Mapping) else {}
    known = {
        name: service.get("kind") for name, service in services.items()
        if isinstance(service, Mapping)
    } | {name: service.kind for name, service in context.spec.services.items()}  # fmt: skip
    return tuple(name for name, kind in known.items() if not kinds or kind in kinds)
