"""An alert, an objective or a panel asks for a metric that nobody on the platform exports.

Why: such an alert never fires and such a panel stays empty, and no program reports it.

Bad:
```yaml
alerts:
  ManyErrors:
    expr: rate(http_request_total{code="500"}[5m]) > 1
    severity: warning
    summary: Many errors
```

Good:
```yaml
alerts:
  ManyErrors:
    expr: rate(http_requests_total{code="500"}[5m]) > 1
    severity: warning
    summary: Many errors
```

Fix: write the metric's name as its exporter does; declare what your own code exports under
``metrics``, or in ``metrics.exports`` of the service that serves it; add the service that exports
it, such as one of kind ``node_exporter`` for ``node_…`` or ``kube_state_metrics`` for ``kube_…``.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.checks.observability.expressions import stated
from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.diagnostics.did_you_mean import closest_match
from platc_compiler.expressions.known_metrics import KnownMetrics, known_metrics
from platc_compiler.ir.platform import Platform

CODE = "PLT402"
_EXPORTERS = (
    ("node_", "add a service of kind node_exporter"),
    ("kube_", "add a service of kind kube_state_metrics"),
    ("container_", "let Prometheus discover cadvisor"),
    (
        "kubelet_volume_stats_",
        "let Prometheus discover the kubelet, which measures no local-path volume (kind, k3s)",
    ),
    ("kubelet_", "let Prometheus discover the kubelet"),
)


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each metric that has no exporter."""
    known = known_metrics(platform)
    for item in stated(platform):
        for name in dict.fromkeys(s.name for s in item.selectors if s.name):
            if not known.has(name):
                message = f"nobody exports the metric '{name}'"
                yield error(CODE, message, item.origin, _hint(name, known))


def _hint(name: str, known: KnownMetrics) -> str:
    close = closest_match(name, known.names())
    if close is not None:
        return f"did you mean '{close}'?"
    for prefix, exporter in _EXPORTERS:
        if name.startswith(prefix):
            return exporter
    return "declare it under metrics:, or in exports of the service that serves it"
