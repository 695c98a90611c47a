"""A metric is said to come from a component that does not exist.

Why: alerts and dashboards rely on the declared exporter of the metric.

Bad:
```yaml
metrics:
  orders_total: { help: Orders taken, type: counter, from: webb }
```

Good:
```yaml
metrics:
  orders_total: { help: Orders taken, type: counter, from: web }
```

Fix: write the name of a service, or ``pipeline.task`` for a task of a pipeline.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.diagnostics.did_you_mean import did_you_mean
from platc_compiler.lower.kind import Context

CODE = "PLT108"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each metric whose ``from`` names nothing."""
    spec = context.spec
    tasks = {
        f"{name}.{task}" for name, pipeline in spec.pipelines.items() for task in pipeline.tasks
    }
    known = spec.services.keys() | tasks
    for name, metric in spec.metrics.items():
        if metric.component not in known:
            hint = did_you_mean(
                metric.component, known, "name a service, or a task as pipeline.task"
            )
            message = f"the metric '{name}' comes from '{metric.component}', which does not exist"
            yield error(CODE, message, ("metrics", name, "from"), hint)
