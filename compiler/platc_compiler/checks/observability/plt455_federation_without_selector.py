"""What one Prometheus takes from another is not the selector of series.

Why: ``/federate`` takes selectors, without a function, a range or an operator: it answers any other
text with an error, and the whole scrape fails. A selector that every series fulfils is refused too:
it would copy the other server at each scrape.

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

from promql_parser import MatchOp, VectorSelector

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.expressions.promql import parse
from platc_compiler.expressions.results import matches
from platc_compiler.lower.kind import Context
from platc_spec.kinds.prometheus import Prometheus

CODE = "PLT455"
_NAMES = ("up", "Z9", "node_cpu_seconds_total", "job:requests:rate5m")
"""Names of metrics that only a pattern for every name fits all at once."""


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each text that ``/federate`` would refuse."""
    for name, service in context.of_kind(Prometheus).items():
        for job, stated in service.federation.items():
            for index, text in enumerate(stated.match):
                fault = _fault(text)
                if fault:
                    place = ("services", name, "federation", job, "match", index)
                    hint = 'write such as {__name__=~"service:.*"}'
                    yield error(CODE, f"'{text}' {fault}", place, hint)


def _fault(text: str) -> str:
    """Return what is wrong with a selector, empty if nothing is."""
    try:
        found = parse(text)
    except ValueError:
        return "is no selector of series"
    if not isinstance(found, VectorSelector) or found.offset is not None or found.at is not None:
        return "is no selector of series"
    return "selects every series" if _selects_all(found) else ""


def _selects_all(selector: VectorSelector) -> bool:
    """Return whether every series fulfils each matcher: all have a name, and no other label."""
    return selector.name is None and all(
        _fits_all(each.op, each.value, _NAMES if each.name == "__name__" else ("", *_NAMES))
        for each in selector.matchers.matchers
    )


def _fits_all(operator: MatchOp, pattern: str, values: tuple[str, ...]) -> bool:
    """Return whether a matcher fits all these values, and does not just leave some others out."""
    if operator == MatchOp.Re:
        return all(matches("=~", pattern, each) for each in values)
    return operator in (MatchOp.NotEqual, MatchOp.NotRe) and not pattern and "" not in values
