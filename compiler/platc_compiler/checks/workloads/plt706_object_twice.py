"""Two parts of the platform become the same Kubernetes object.

Why: the object that is applied last replaces the other, and one of the two parts runs with a
foreign object. Pods that share a ServiceAccount share its rights: a service with the name of a part
of Airflow could start pods.

Bad:
```yaml
services:
  web: { volumes: { data-cache: { mount: /cache, size: 1Gi } } }
  web-data:
    kind: workload
    image: "example.com/shop/data:1.0"
    volumes: { cache: { mount: /cache, size: 1Gi } }
```

Good:
```yaml
services:
  web: { volumes: { data-cache: { mount: /cache, size: 1Gi } } }
  store:
    kind: workload
    image: "example.com/shop/data:1.0"
    volumes: { cache: { mount: /cache, size: 1Gi } }
```

Fix: give one of the two another name, or put it into another namespace.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from platc_compiler.diagnostics import Diagnostic, Mention, Origin, error
from platc_compiler.ir.operated import Operated
from platc_compiler.ir.platform import Platform
from platc_compiler.ir.pods import Claim
from platc_compiler.ir.workloads import StatefulSet, Workload
from platc_compiler.objects.manifest import Manifest
from platc_compiler.source.places import path_text

CODE = "PLT706"
_HINT = "give one of the two another name"
_OF_OPERATORS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "Cluster": (
        ("ServiceAccount", ""), ("Service", "-rw"), ("Service", "-ro"), ("Service", "-r"),
        ("Secret", "-ca"), ("Secret", "-replication"), ("Secret", "-server"),
        ("Secret", "-pull-secret"),
    ),
    "Pooler": (("ServiceAccount", ""), ("Deployment", ""), ("Service", ""), ("Secret", "")),
}  # fmt: skip
"""By the kind of an operator's object: the objects that are made of it, and the ends of their names
(``api/v1/cluster_types.go`` of CloudNativePG 1.30)."""


class _Claimed(Struct, frozen=True):
    """The name of an object that a part of the platform will have."""

    kind: str
    namespace: str
    name: str
    service: str
    origin: Origin

    @property
    def own(self) -> bool:
        """Whether it is the name of the service or secret itself, which the user chose."""
        return self.name == self.service


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield an error for each name that two services need for objects of the same kind.

    This check runs before the objects are judged: the policies of two pods with one name never
    match the declaration.
    """
    first: dict[tuple[str, str, str], _Claimed] = {}
    told: set[tuple[str, str]] = set()
    for one in _claimed(platform):
        other = first.setdefault((one.kind, one.namespace, one.name), one)
        if other.service != one.service:
            at, against = (other, one) if other.own and not one.own else (one, other)
            if (at.service, against.service) not in told:
                told.add((at.service, against.service))
                yield _twice(at, against)


def _twice(at: _Claimed, against: _Claimed) -> Diagnostic:
    rights = ": its pods would have the rights of both" if at.kind == "ServiceAccount" else ""
    message = f"this becomes {at.kind} '{at.name}', as {path_text(against.origin)} does{rights}"
    note = Mention("the other stands here", against.origin)
    return Diagnostic(CODE, "error", message, at.origin, _HINT, (note,), on_key=True)


def _claimed(platform: Platform) -> Iterator[_Claimed]:
    for workload in platform.workloads:
        if not workload.selected_by:
            yield from _of_workload(workload)
    for operated in platform.operated:
        yield from _of_operated(operated)
    for secret, stated in platform.spec.secrets.items() if platform.operated else ():
        for namespace in platform.spec.namespaces_of(stated):
            yield _Claimed("Secret", namespace, secret, secret, ("secrets", secret))
    for rights in platform.rights:
        yield _Claimed(
            "ServiceAccount", rights.namespace, rights.account, _service(rights.origin),
            rights.origin,
        )  # fmt: skip
    for runner in platform.runners:
        account = runner.worker.service_account or runner.service
        yield _Claimed("ServiceAccount", runner.namespace, account, runner.service, runner.origin)


def _of_workload(workload: Workload) -> Iterator[_Claimed]:
    account = workload.pod.service_account or workload.name
    names = [
        ("ServiceAccount", account, workload.origin),
        (type(workload.controller).__name__, workload.name, workload.origin),
        *(("Service", exposure.name, workload.origin) for exposure in workload.exposures),
        *(("ConfigMap", config.name, workload.origin) for config in workload.configs),
    ]
    if not isinstance(workload.controller, StatefulSet):
        names += [
            ("PersistentVolumeClaim", f"{workload.name}-{v.name}", v.source.origin)
            for v in workload.pod.volumes
            if isinstance(v.source, Claim)
        ]
    for kind, name, origin in names:
        yield _Claimed(kind, workload.namespace, name, workload.service, origin or workload.origin)


def _of_operated(operated: Operated) -> Iterator[_Claimed]:
    # The operator makes no certificate for a server that has one.
    given = "-server" if "certificates" in operated.spec else None
    for kind, ending in _OF_OPERATORS.get(operated.kind, ()):
        if ending != given:
            yield _Claimed(
                kind, operated.namespace, f"{operated.name}{ending}", operated.service,
                operated.origin,
            )  # fmt: skip


def _service(origin: Origin) -> str:
    return str(origin[1]) if origin[:1] == ("services",) else ""


def check_objects(manifests: Sequence[Manifest], _platform: Platform) -> Iterator[Diagnostic]:
    """Yield an error for each object that has the name of another, whatever their origins."""
    first: dict[tuple[str, str | None, str], Manifest] = {}
    for manifest in manifests:
        key = (manifest.kind, manifest.namespace, manifest.name)
        other = first.setdefault(key, manifest)
        if other is not manifest:
            where = f", as {path_text(other.origin)} does" if other.origin else ""
            message = f"this becomes {manifest.kind} '{manifest.name}'{where}"
            yield error(CODE, message, manifest.origin, _HINT, on_key=True)
