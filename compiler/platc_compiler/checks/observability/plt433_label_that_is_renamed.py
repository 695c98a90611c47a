"""A declared metric has a label that scraping gives to every sample of its target.

Why: the label of the target stays, and the exporter's arrives as ``exported_…``: an expression that
asks for ``service="checkout"`` finds the name of the service that was scraped.

Bad:
```yaml
metrics:
  calls_total: { help: Calls taken, type: counter, labels: [service], from: web }
```

Good:
```yaml
metrics:
  calls_total: { help: Calls taken, type: counter, labels: [callee], from: web }
```

Fix: give the label another name in your code and here, or write ``exported_…`` in expressions.

Source: prometheus.io/docs/prometheus/latest/configuration/configuration, ``honor_labels``.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.checks.observability.expressions import stated
from platc_compiler.diagnostics import Diagnostic, warning
from platc_compiler.expressions.known_series import known_series
from platc_compiler.ir.platform import Platform

CODE = "PLT433"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield a warning for each such label, unless an expression uses it by its new name."""
    jobs = known_series(platform).jobs
    for name, metric in platform.spec.metrics.items():
        of_targets = {
            label
            for job in jobs
            if job.service == metric.component and job.known and not job.honors
            for label in job.labels
        }
        for index, label in enumerate(metric.labels):
            arrives = f"exported_{label}"
            if label in of_targets and not any(arrives in s.text for s in stated(platform)):
                message = f"the label '{label}' of '{name}' arrives as '{arrives}'"
                place = ("metrics", name, "labels", index)
                yield warning(CODE, message, place, "give it another name")
