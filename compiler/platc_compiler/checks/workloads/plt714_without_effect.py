"""A workload has a setting that does nothing for what it is.

A scheduled workload is one pod that runs to its end: it has no replicas, and between its runs
nothing listens on its ports or serves its metrics. A workload that runs all the time has no
deadline.

Why: the author relies on a setting that has no effect.

Bad:
```yaml
services:
  report: { kind: workload, image: "example.com/shop/report:1.0", deadline: 5m }
```

Good:
```yaml
services:
  report:
    kind: workload
    image: "example.com/shop/report:1.0"
    schedule: "0 3 * * *"
    deadline: 5m
```

Fix: remove the setting, or add or remove ``schedule``. A scheduled run must push its metrics to a
gateway, or a service that always runs must keep them.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, warning
from platc_compiler.lower.kind import Context
from platc_spec.kinds.workload import Workload

CODE = "PLT714"
_BY_THE_CLOCK = {
    "replicas": "a run by the clock is one pod",
    "ports": "between runs by the clock nobody listens",
    "metrics": "between runs by the clock there is nobody to scrape",
}


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield a warning for each such setting."""
    for name, service in context.spec.services.items():
        if not isinstance(service, Workload):
            continue
        stated = service.model_fields_set
        found = (
            {"deadline": "only a run by the clock has a deadline"}
            if service.schedule is None
            else _BY_THE_CLOCK
        )
        for key, why in found.items():
            if key in stated and getattr(service, key):
                place = ("services", name, key)
                yield warning(CODE, f"'{key}' has no effect: {why}", place, on_key=True)
