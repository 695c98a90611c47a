"""A selector asks for a label that the metric does not have, or for a value that it never has.

Why: it selects nothing, so an alert never fires and a panel stays empty. If it excludes a value of
such a label (``!=``, ``!~``), it excludes nothing: a warning.

Bad:
```yaml
metrics:
  calls_total: { help: Calls taken, type: counter, labels: [kind], from: web }
alerts:
  ManyCalls:
    expr: sum(rate(calls_total{sort="a"}[5m])) > 10
    severity: warning
    summary: Many calls
```

Good:
```yaml
metrics:
  calls_total: { help: Calls taken, type: counter, labels: [kind], from: web }
alerts:
  ManyCalls:
    expr: sum(rate(calls_total{kind="a"}[5m])) > 10
    severity: warning
    summary: Many calls
```

Fix: name a label that the metric has. Those of kube-state-metrics' ``…_labels`` are only the labels
that platc lets it export. Scraping adds ``job``, ``instance`` and ``service``, and to the metrics
of pods ``namespace`` and ``pod``; a label of the exporter with such a name arrives as
``exported_…``.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.checks.observability.expressions import stated
from platc_compiler.diagnostics import Diagnostic, error, warning
from platc_compiler.diagnostics.did_you_mean import closest_match
from platc_compiler.expressions.known_series import Fault
from platc_compiler.ir.platform import Platform

CODE = "PLT426"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each matcher of no use, once for each label of a metric."""
    for item in stated(platform):
        told: set[tuple[str, str]] = set()
        for _, selector, found in item.selected():
            fault, name = found.fault, selector.name
            if fault is None or (name, fault.label) in told:
                continue
            told.add((name, fault.label))
            if fault.what == "label":
                message = f"'{name}' has no label '{fault.label}', so this selects nothing"
                yield error(CODE, message, item.origin, _hint(fault))
            elif fault.what == "value":
                message = f"'{fault.label}' of '{name}' is never '{fault.value}'"
                yield error(CODE, message, item.origin, f"it is '{fault.known[0]}'")
            elif fault.what == "every value":
                message = f"'{fault.label}' of '{name}' is always '{fault.known[0]}'"
                yield error(CODE, message, item.origin, "this leaves nothing: remove it")
            elif fault.what == "no effect":
                message = f"'{name}' has no label '{fault.label}', so this excludes nothing"
                yield warning(CODE, message, item.origin, _hint(fault))


def _hint(fault: Fault) -> str:
    close = closest_match(fault.label, fault.known)
    return f"did you mean '{close}'?" if close else f"it has {', '.join(fault.known)}"
