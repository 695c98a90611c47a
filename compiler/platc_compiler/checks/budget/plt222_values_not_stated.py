"""The values of a metric's label are not counted, where the series of Prometheus are.

Why: the series of a metric are the product of the values of its labels. platc takes 10 for each
label of which nothing is said; a label with the id of a user has a million, and fills Prometheus.

Bad:
```yaml
services: { prometheus: { series: {} } }
metrics:
  orders_total: { help: Orders, type: counter, labels: [shop], from: web }
```

Good:
```yaml
services: { prometheus: { series: {} } }
metrics:
  orders_total: { help: Orders, type: counter, labels: [shop], values: { shop: 40 }, from: web }
```

Fix: state how many values each label has at most, under ``values``.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error, note
from platc_compiler.diagnostics.did_you_mean import closest_match, did_you_mean
from platc_compiler.lower.kind import Context

CODE = "PLT222"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield a note for labels without a number, an error for a number of no label."""
    wanted = any(
        getattr(service, "series", None) is not None for service in context.spec.services.values()
    )
    for name, metric in context.spec.metrics.items():
        misspelt: set[str | None] = set()
        for label in metric.values:
            if label not in metric.labels:
                misspelt.add(closest_match(label, metric.labels))
                hint = did_you_mean(label, metric.labels, "list it under labels")
                place = ("metrics", name, "values", label)
                yield error(CODE, f"'{name}' has no label '{label}'", place, hint, on_key=True)
        stated_here = misspelt | metric.values.keys()
        lacking = [label for label in metric.labels if label not in stated_here]
        if wanted and lacking:
            message = f"it is not said how many values {', '.join(lacking)} of '{name}' may have"
            stated = ", ".join(f"{label}: 10" for label in lacking)
            said = f"10 are counted for each; values: {{ {stated} }} says so"
            yield note(CODE, message, ("metrics", name, "labels"), said, on_key=True)
