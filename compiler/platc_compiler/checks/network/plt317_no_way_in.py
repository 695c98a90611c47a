"""A service is exposed in a way that leads to nothing.

Why: an ingress controller outside the cluster has no pods that a policy can admit, and a service
without a port of its own has nothing to connect to. Two services cannot have one host and path, or
one port of the nodes.

Bad:
```yaml
services:
  gate: { kind: external, address: { host: proxy.example.com } }
  web: { expose: { host: shop.example.com, controller: gate } }
```

Good:
```yaml
services:
  gate: { kind: external, address: { service: ingress-nginx-controller, namespace: ingress-nginx } }
  web: { expose: { host: shop.example.com, controller: gate } }
```

Fix: name a controller inside the cluster, by the namespace and the labels of its pods; give the
service a TCP port.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, Origin, error
from platc_compiler.diagnostics.did_you_mean import did_you_mean
from platc_compiler.ir.network import Offer
from platc_compiler.lower.kind import Context
from platc_spec.exposure import Expose
from platc_spec.service import Deployed

CODE = "PLT317"
_HTTP = frozenset({"Ingress", "HTTPRoute"})


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each way in that leads to nothing, or is that of another service."""
    first: dict[tuple[object, ...], str] = {}
    for name, service in context.spec.services.items():
        expose = service.expose if isinstance(service, Deployed) else None
        if expose is None:
            continue
        place: Origin = ("services", name, "expose")
        yield from _port(expose, context.offerings[name].ports, place)
        way = _way(expose)
        if way is not None and (other := first.setdefault(way, name)) != name:
            message = f"the service '{other}' has the same way in"
            hint = "write another path or host" if expose.by in _HTTP else "write another port"
            key = "host" if expose.by in _HTTP else "node_port"
            yield error(CODE, message, (*place, key), hint)
        controller = context.offerings.get(expose.controller or "")
        if controller is not None and controller.pods is None:
            message = f"the controller '{expose.controller}' has no pods in the cluster"
            hint = "declare it with address: { service: …, namespace: … }"
            yield error(CODE, message, (*place, "controller"), hint)


def _way(expose: Expose) -> tuple[object, ...] | None:
    """Return what only one service can have; ``None`` where the cluster chooses it."""
    if expose.by in _HTTP:
        return expose.host, expose.path.rstrip("/")
    return (expose.node_port,) if expose.node_port is not None else None


def _port(expose: Expose, offers: tuple[Offer, ...], place: Origin) -> Iterator[Diagnostic]:
    names = [offer.port for offer in offers]
    if not offers:
        yield error(CODE, "the service has no port", place, "add ports: to it", on_key=True)
    elif expose.port is not None and expose.port not in names:
        hint = did_you_mean(expose.port, names, "name one of its ports")
        yield error(CODE, f"unknown port '{expose.port}'", (*place, "port"), hint)
    else:
        offer = next(offer for offer in offers if expose.port in {None, offer.port})
        if expose.by in _HTTP and offer.protocol != "TCP":
            message = f"the port '{offer.port}' is UDP, and an {expose.by} speaks HTTP"
            yield error(CODE, message, place, "write by: LoadBalancer", on_key=True)
