"""A server that CloudNativePG runs states what only a server of platc's own has.

Why: the objects of the operator have no field for it, so that it would have no effect.

Bad:
```yaml
secrets: { superuser: { keys: [username, password], type: kubernetes.io/basic-auth } }
services:
  db:
    kind: postgres
    provider: cloudnative-pg
    storage: 5Gi
    superuser_password: superuser/password
    dns: { policy: Default }
```

Good:
```yaml
secrets: { superuser: { keys: [username, password], type: kubernetes.io/basic-auth } }
services:
  db:
    kind: postgres
    provider: cloudnative-pg
    storage: 5Gi
    superuser_password: superuser/password
    storage_class: fast
```

Fix: write what the hint says, or remove the key. A patch can state other fields of the objects of
the operator.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import BaseModel

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.lower.kind import Context
from platc_spec.kinds.postgres import Postgres

CODE = "PLT784"
_POD = "remove it: the operator makes the pods, and has no field for it"
_COPIES = "remove it: the instances copy themselves to the store, and make no dumps"
_CERTIFICATE = "remove it: the operator's programs log in with a certificate"
_IN_VAIN: Mapping[tuple[str, ...], str] = {
    ("backup", "deadline"): _COPIES,
    ("backup", "image"): _COPIES,
    ("backup", "point_in_time", "deadline"): _COPIES,
    ("backup", "point_in_time", "keep"): "write backup.keep: it is how far back a restore can go",
    ("backup", "point_in_time", "schedule"): "write backup.schedule: it is that of the copies",
    ("backup", "point_in_time", "scratch"): _COPIES,
    ("backup", "scratch"): _COPIES,
    ("dns",): _POD,
    ("drill",): "remove it: there are no dumps; the runbook says how a backup is tried",
    ("expose",): "add a Service by a patch of the Cluster: spec.managed.services",
    ("host_aliases",): _POD,
    ("placement",): _POD,
    ("pooler", "databases"): "write default_pool_size: the operator knows no pools of one database",
    ("pooler", "exporter"): "remove it: the operator's PgBouncer serves its own metrics",
    ("pooler", "password"): _CERTIFICATE,
    ("pooler", "role"): _CERTIFICATE,
    ("replicas", "password"): _CERTIFICATE,
    ("replicas", "resources"): "write resources of the service: all instances are alike",
    ("replicas", "roles"): "remove it, and let its users depend on the port replica alone:"
    " any instance may become the one that writes",
    ("runtime_class",): _POD,
    ("sysctls",): _POD,
}
"""By the path of a key: what to write instead."""


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each such key."""
    for name, service in context.of_kind(Postgres).items():
        if service.operated:
            for path, hint in _IN_VAIN.items():
                if _stated(service, path):
                    message = f"'{'.'.join(path)}' has no effect with CloudNativePG"
                    place = ("services", name, *path)
                    yield error(CODE, message, place, hint, on_key=True)


def _stated(part: BaseModel | None, path: tuple[str, ...]) -> bool:
    first, *rest = path
    if part is None or first not in part.model_fields_set:
        return False
    value = getattr(part, first)
    return _stated(value, tuple(rest)) if rest else bool(value)
