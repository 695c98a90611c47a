"""A Prometheus sends samples to itself, takes its own, or asks a port of HTTPS over HTTP.

Why: samples that come back to their sender are refused or counted twice, and each is sent again. A
port of HTTPS refuses every request in plain text. No other check sees it: the policies admit it.

Bad:
```yaml
services:
  shop: { kind: external, address: { host: metrics.example.com }, ports: { https: 443 } }
  prometheus:
    federation: { shop: { service: shop, match: ["service:requests:rate5m"] } }
```

Good:
```yaml
services:
  shop: { kind: external, address: { host: metrics.example.com }, ports: { https: 443 } }
  prometheus:
    federation: { shop: { service: shop, scheme: https, match: ["service:requests:rate5m"] } }
```

Fix: name another service; write ``scheme: https``.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.lower.dependencies import split_dependency
from platc_compiler.lower.kind import Context
from platc_compiler.lower.prometheus_remote import every_remote
from platc_spec.kinds.prometheus import Prometheus
from platc_spec.remote import Remote

CODE = "PLT459"
_HTTPS = 443


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each; an unknown service or port is told of by itself."""
    for name, service in context.of_kind(Prometheus).items():
        for place, stated in every_remote(name, service):
            if split_dependency(stated.service)[0] == name:
                message = f"'{name}' would exchange samples with itself"
                yield error(CODE, message, (*place, "service"), "name another service")
            elif stated.scheme == "http" and _is_https(stated, context):
                message = f"this port of '{stated.service}' is HTTPS, and it is asked over HTTP"
                yield error(CODE, message, (*place, "service"), "add scheme: https")


def _is_https(stated: Remote, context: Context) -> bool:
    """Return whether the name or the number of the port says that it is HTTPS."""
    name, port = split_dependency(stated.service)
    offers = context.offerings[name].ports if name in context.offerings else ()
    chosen = next((each for each in offers if not port or each.port == port), None)
    return chosen is not None and (
        chosen.port == "https" or (chosen.public or chosen.number) == _HTTPS
    )
