"""What one Prometheus takes from another is not the selector of series.

Why: ``/federate`` takes selectors, without a function, a range or an operator: it answers any other
text with an error, and the whole scrape fails. A selector that every series fulfils is refused too.

Bad:
```yaml
services:
  shop: { kind: external, address: { host: metrics.example.com }, ports: { https: 443 } }
  prometheus:
    federation: { shop: { service: shop, scheme: https, match: ["sum(service:requests:rate5m)"] } }
```

Good:
```yaml
services:
  shop: { kind: external, address: { host: metrics.example.com }, ports: { https: 443 } }
  prometheus:
    federation: { shop: { service: shop, scheme: https, match: ["service:requests:rate5m"] } }
```

Fix: name the metric, or write a matcher in braces.
"""

from __future__ import annotations

from collections.abc import Iterator

from promql_parser import VectorSelector

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.expressions.promql import parse
from platc_compiler.lower.kind import Context
from platc_spec.kinds.prometheus import Prometheus

CODE = "PLT455"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each text that ``/federate`` would refuse."""
    for name, service in context.of_kind(Prometheus).items():
        for job, stated in service.federation.items():
            for index, text in enumerate(stated.match):
                if not _is_selector(text):
                    place = ("services", name, "federation", job, "match", index)
                    message = f"'{text}' is no selector of series"
                    hint = 'write such as {__name__=~"service:.*"}'
                    yield error(CODE, message, place, hint)


def _is_selector(text: str) -> bool:
    try:
        found = parse(text)
    except ValueError:
        return False
    return isinstance(found, VectorSelector) and found.offset is None and found.at is None
