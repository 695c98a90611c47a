"""A service that somebody else runs, or an operator, has its pods in a namespace of this platform.

Why: the namespace denies all connections by default, for these pods too. They get the connections
that are declared to them, DNS, and each other on their declared ports. Every other connection that
they open is blocked. An operator needs the API server, and the API server its webhook.

Bad:
```yaml
services:
  kafka:
    kind: external
    address: { service: kafka, namespace: shop }
    ports: { broker: 9092 }
    resources: { requests: { memory: 1Gi, cpu: 500m }, limits: { memory: 1Gi } }
```

Good:
```yaml
services:
  kafka:
    kind: external
    address: { service: kafka, namespace: kafka }
    ports: { broker: 9092 }
    resources: { requests: { memory: 1Gi, cpu: 500m }, limits: { memory: 1Gi } }
```

Fix: run it in a namespace of its own that is not declared here. Or declare every port that its pods
use among themselves, and add policies of its own for the rest. Or include the operator's manifests
with ``api_access: true``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from platc_compiler.diagnostics import Diagnostic, note, warning
from platc_compiler.ir.network import ApiServer, Endpoint, Pods
from platc_compiler.ir.platform import Platform

CODE = "PLT305"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield a note for each such service."""
    own = {namespace.name for namespace in platform.namespaces}
    for external in platform.externals:
        if external.namespace in own:
            message = f"the default deny of '{external.namespace}' holds for '{external.name}' too"
            place = (*external.origin, "address", "namespace")
            yield note(CODE, message, place, "its own connections are cut, but for those declared")
    if platform.operated:
        yield from _operators(platform, own)


def _operators(platform: Platform, own: Collection[str]) -> Iterator[Diagnostic]:
    """Yield a warning for each such operator that is not included with its way to the API."""
    from platc_compiler.lower.postgres.cloudnative.names import operator
    from platc_spec.kinds.postgres import Postgres

    told: set[Pods] = set()
    callers = [e.source for e in platform.edges if isinstance(e.target, ApiServer)]
    for each in platform.operated:
        service = platform.spec.services[each.service]
        if not isinstance(service, Postgres):
            continue
        pods = operator(service)
        known = pods in told or any(_same(pods, caller) for caller in callers)
        if pods.namespace in own and not known:
            told.add(pods)
            message = f"the default deny of '{pods.namespace}' holds for the operator too"
            key = "operator" if service.operator else "provider"
            hint = "include its manifests with api_access: true, or run it in another namespace"
            yield warning(CODE, message, (*each.origin[:2], key), hint)


def _same(pods: Pods, other: Endpoint) -> bool:
    """Return whether these are the pods too; what is included in their namespace is taken for them.

    Included pods are known by labels that platc adds, and not by those of their file.
    """
    from platc_compiler.lower.include.objects import INCLUDE_LABEL

    if not isinstance(other, Pods) or other.namespace != pods.namespace:
        return False
    return {*pods.labels} <= {*other.labels} or INCLUDE_LABEL in dict(other.labels)
