"""``keep_used`` of a Prometheus names a job that it does not have.

Why: nothing is dropped then, and Prometheus stores what it was to leave out.

Bad:
```yaml
services:
  prometheus: { keep_used: [cadviser] }
```

Good:
```yaml
services:
  prometheus: { keep_used: [cadvisor] }
```

Fix: name a job of ``out/prometheus/prometheus.yml``. A job of your own, under
``config.scrape_configs``, states its ``metric_relabel_configs`` itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.diagnostics.did_you_mean import did_you_mean
from platc_compiler.ir.platform import Platform

CODE = "PLT451"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield an error for each name that is no job."""
    jobs = {job.name for job in platform.scrapes}
    for monitor in platform.monitors:
        for position, name in enumerate(monitor.keep_used):
            if name not in jobs:
                hint = did_you_mean(name, jobs, f"it has {', '.join(sorted(jobs))}")
                place = (*monitor.origin, "keep_used", position)
                yield error(CODE, f"no job '{name}'", place, hint)
