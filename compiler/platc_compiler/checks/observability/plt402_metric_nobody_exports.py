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

from collections import defaultdict
from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from platc_compiler.checks.observability.expressions import stated
from platc_compiler.diagnostics import Diagnostic, Origin, error, warning
from platc_compiler.expressions.known_metrics import KnownMetrics, known_metrics
from platc_compiler.ir.platform import Platform

CODE = "PLT402"
_EXPORTERS = (
    ("node_", "node_exporter", "add a service of kind node_exporter"),
    ("kube_", "kube-state-metrics", "add a service of kind kube_state_metrics"),
    ("container_", "cAdvisor", "let Prometheus discover cadvisor"),
    (
        "kubelet_volume_stats_", "the kubelet",
        "let Prometheus discover the kubelet, which measures no local-path volume (kind, k3s)",
    ),
    ("kubelet_", "the kubelet", "let Prometheus discover the kubelet"),
)  # fmt: skip
_OTHERWISE = "declare it under metrics:, or in exports of the service that serves it"
_ALIKE = 0.8
"""How alike two names are at least if one may be a slip for the other, from 0 to 1."""
_FOR_EVER = frozenset({"absent", "absent_over_time"})


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each metric that has no exporter, or that its job drops.

    A dashboard in Grafana's own JSON has panels for exporters and collectors that not everybody
    has: there it is a warning, once for the file.
    """
    known = known_metrics(platform)
    in_files: dict[Origin, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for item in stated(platform):
        told: set[str] = set()
        for node, selector, found in item.selected():
            fault, name = found.fault, selector.name
            if fault is None or name in told:
                continue
            if fault.what == "metric":
                told.add(name)
                if item.origin[2:3] == ("file",):
                    in_files[item.origin[:3]][name].append(str(item.origin[3]))
                    continue
                end = ", so this is true for ever" if node.function in _FOR_EVER else ""
                message = f"nobody exports the metric '{name}'{end}"
                yield error(CODE, message, item.origin, _hint(name, known))
            elif fault.what == "dropped":
                told.add(name)
                message = f"the job '{fault.known[0]}' does not store the metric '{name}'"
                yield error(CODE, message, item.origin, "it has thousands of series: name another")
    for place, users in in_files.items():
        yield _in_file(place, users)


def _in_file(place: Origin, users: Mapping[str, list[str]]) -> Diagnostic:
    """Return a warning of all metrics of a dashboard's file that nobody exports."""
    notes = tuple(
        f"'{name}' of {first}" + (f" and {len(others)} more" if others else "")
        for name, (first, *others) in sorted(users.items())
    )
    count = f"{len(notes)} metrics" if len(notes) > 1 else "a metric"
    message = f"nobody exports {count} of this dashboard: the panels stay empty"
    return replace(warning(CODE, message, place), notes=notes)


def _hint(name: str, known: KnownMetrics) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name, known.names(), n=1, cutoff=_ALIKE)
    if close:
        return f"did you mean '{close[0]}'?"
    for prefix, title, missing in _EXPORTERS:
        if name.startswith(prefix):
            there = known.names_begin_with(prefix)
            return f"{title} does not serve it as platc runs it" if there else missing
    return _OTHERWISE
