"""Something is to be reached from outside the cluster, where every policy keeps it shut.

Why: a Service of type LoadBalancer or NodePort, ``externalIPs``, a ``hostPort`` and the host's own
network make a pod reachable from outside the cluster. The policies of the platform allow only
declared pods as sources. So either the connections from outside are refused, or, on the host's own
network, no policy applies.

Bad:
```yaml
patches:
  - target: { kind: Service, namespace: shop, name: web }
    merge: { spec: { type: LoadBalancer } }
```

Good:
```yaml
services:
  gate:
    kind: external
    address: { service: ingress-nginx-controller, namespace: ingress-nginx }
    depends_on: ["web:http"]
```

Fix: use an ingress controller or a gateway. Declare it as an ``external`` service with the
namespace and the labels of its pods, and state under its ``depends_on`` which services it calls.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from platc_compiler.checks.patched import blamed, patched_pods
from platc_compiler.diagnostics import Diagnostic, Origin, error
from platc_compiler.ir.platform import Platform
from platc_compiler.objects.manifest import Manifest
from platc_spec.kinds.external import External

CODE = "PLT313"
_DOORS = frozenset({"LoadBalancer", "NodePort"})
_HINT = "declare who calls it as an external service with a namespace and depends_on"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield an error for each service outside the cluster that depends on one inside."""
    for name, service in platform.spec.of_kind(External).items():
        if service.depends_on and not service.address.namespace:
            message = f"'{name}' is outside the cluster, from where nothing may enter"
            place = ("services", name, "depends_on", 0)
            yield error(CODE, message, place, "remove it; callers are pods, of a namespace")


def check_objects(manifests: Sequence[Manifest], platform: Platform) -> Iterator[Diagnostic]:
    """Yield an error for each entry from outside that a patch opens."""
    if not platform.spec.patches:
        return
    for manifest in manifests:
        door = _door(manifest.body.get("spec") or {}) if manifest.kind == "Service" else ""
        if door:
            yield _told(manifest, door, blamed(manifest, platform))
    for patched in patched_pods(manifests, platform):
        door = _door_of_pods(patched.spec) if not patched.workload.pod.host_network else ""
        if door:
            yield _told(patched.manifest, door, patched.place)


def _told(manifest: Manifest, door: str, place: Origin) -> Diagnostic:
    message = f"'{manifest.namespace}/{manifest.name}' is reached from outside by {door}"
    return error(CODE, message, place, _HINT)


def _door(spec: Mapping[str, Any]) -> str:
    if spec.get("type") in _DOORS:
        return f"type {spec['type']}, and every policy keeps it shut"
    if spec.get("externalIPs"):
        return "externalIPs, and every policy keeps it shut"
    return ""


def _door_of_pods(pod: Mapping[str, Any]) -> str:
    if pod.get("hostNetwork"):
        return "the network of its node, where no policy holds"
    containers = (*(pod.get("initContainers") or ()), *(pod.get("containers") or ()))
    if any(port.get("hostPort") for c in containers for port in c.get("ports") or ()):
        return "a hostPort, and every policy keeps it shut"
    return ""
