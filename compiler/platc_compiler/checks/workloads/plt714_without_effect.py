"""A workload has a setting that does nothing for what it is.

A scheduled workload is one pod that runs to its end: it has no replicas, and between its runs
nothing listens on its ports or serves its metrics. Only a schedule has a time zone, and only what
ends by itself has a deadline and retries.

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
_IN_VAIN = {
    "CronJob": {
        "replicas": "a scheduled run is one pod",
        "ports": "between scheduled runs nobody listens",
        "metrics": "between scheduled runs there is nobody to scrape",
        "expose": "between scheduled runs nobody answers",
    },
    "Job": {"replicas": "a Job is one pod", "expose": "when a Job has ended nobody answers"},
    "DaemonSet": {"replicas": "a DaemonSet has a pod on each node"},
}
"""By controller: what it has no use for."""
_SCHEDULED = ("time_zone", "concurrency", "history", "suspended")
_OF_RUNS = ("deadline", "retries")


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield a warning for each such setting."""
    for name, service in context.of_kind(Workload).items():
        for key, why in _without_effect(service).items():
            if key in service.model_fields_set and getattr(service, key):
                place = ("services", name, key)
                yield warning(CODE, f"'{key}' has no effect: {why}", place, on_key=True)


def _without_effect(service: Workload) -> dict[str, str]:
    controller = "CronJob" if service.schedule is not None else service.controller
    found = dict(_IN_VAIN.get(controller, {}))
    if controller != "CronJob":
        found |= dict.fromkeys(_SCHEDULED, "the service has no schedule")
    if controller not in {"CronJob", "Job"}:
        found |= dict.fromkeys(_OF_RUNS, "only a scheduled run or a Job ends by itself")
    return found
