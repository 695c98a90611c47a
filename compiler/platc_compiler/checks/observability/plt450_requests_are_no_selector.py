"""What a service states as its request metrics is not the selector of a metric.

Why: platc takes the rate of what is stated, and adds the service as a matcher. So ``total``,
``errors`` and ``latency`` are a metric with its matchers, without a function, a range or an
operator. ``errors`` needs no more than ``total``, and an alert on errors or on latency needs the
metric that it compares.

Bad:
```yaml
services:
  web:
    metrics: { requests: { total: "sum(rate(http_requests_total[5m]))" } }
```

Good:
```yaml
services:
  web:
    metrics: { requests: { total: http_requests_total } }
```

Fix: name the metric, and in braces the labels that select some of its series.
"""

from __future__ import annotations

from collections.abc import Iterator

from promql_parser import VectorSelector

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.expressions.promql import parse
from platc_compiler.lower.kind import Context
from platc_compiler.lower.slo_events import parts
from platc_spec.platform import Spec
from platc_spec.service import MetricsEndpoint, Requests

CODE = "PLT450"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each statement that is no selector, and each limit of nothing."""
    for name, requests in _stated(context.spec):
        place = ("services", name, "metrics", "requests")
        for key in ("total", "errors", "latency"):
            text = getattr(requests, key)
            if text is not None and not _is_selector(text):
                message = f"'{key}' is no selector of a metric"
                hint = 'write such as http_requests_total{code=~"5.."}'
                yield error(CODE, message, (*place, key), hint)
        for limit, key in _without_metric(requests):
            message = f"'{limit}' needs '{key}', which it compares"
            yield error(CODE, message, (*place, limit), f"add {key}:", on_key=True)


def _stated(spec: Spec) -> Iterator[tuple[str, Requests]]:
    """Yield the services with request metrics, and these."""
    for name, service in spec.services.items():
        metrics = getattr(service, "metrics", None)
        if isinstance(metrics, MetricsEndpoint) and metrics.requests is not None:
            yield name, metrics.requests


def _is_selector(text: str) -> bool:
    try:
        expression = parse(text)
        named = parts(text)[0]
    except ValueError:
        return False
    return isinstance(expression, VectorSelector) and expression.name == named


def _without_metric(requests: Requests) -> Iterator[tuple[str, str]]:
    if requests.max_errors is not None and requests.errors is None:
        yield "max_errors", "errors"
    if requests.max_latency is not None and requests.latency is None:
        yield "max_latency", "latency"
