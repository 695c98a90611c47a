"""An included Service is reached from outside, and nothing declares by whom.

Why: a load balancer, a node port or an external IP is a way into the cluster. No policy admits its
callers before they are declared, so it would answer nobody; and a cloud's load balancer costs
money.

Bad:
```yaml
include:
  shop: { files: [vendor/shop.yaml] }
```
```yaml file=vendor/shop.yaml
apiVersion: v1
kind: Service
metadata: { name: shop }
spec: { type: LoadBalancer, selector: { app: shop }, ports: [{ name: http, port: 80 }] }
```

Good:
```yaml
include:
  shop: { files: [vendor/shop.yaml] }
```
```yaml file=vendor/shop.yaml
apiVersion: v1
kind: Service
metadata: { name: shop }
spec: { selector: { app: shop }, ports: [{ name: http, port: 80 }] }
```

Fix: make it a ClusterIP, or state the addresses that may connect: ``sources: { http:
[203.0.113.0/24] }``. What an Ingress of the files leads to is admitted when its controller, an
external service, depends on this entry.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.lower.include.entries import Entry
from platc_compiler.lower.include.ports import offers
from platc_compiler.lower.kind import Context

CODE = "PLT318"
_DOORS = frozenset({"LoadBalancer", "NodePort"})


def check_included(entries: Sequence[Entry], _context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each Service that is reached from outside, without declared callers."""
    for entry in entries:
        for found in entry.objects:
            stated = found.body.get("spec") if found.kind == "Service" else None
            if not isinstance(stated, dict):
                continue
            key = "type" if stated.get("type") in _DOORS else "externalIPs"
            if not stated.get(key):
                continue
            ports = {o.port for o in offers(entry.name, entry.stated, entry.objects)}
            own = ports & entry.stated.sources.keys()
            if not own:
                by = stated[key] if key == "type" else key
                message = f"the Service '{found.name}' is reached from outside, by {by}"
                port = min(ports) if ports else "PORT"
                stated_by = f"include.{entry.name}.sources: {{ {port}: [CIDR] }}"
                hint = f"remove it, or say who calls: {stated_by}"
                yield error(CODE, message, (*found.origin, "spec", key), hint)
