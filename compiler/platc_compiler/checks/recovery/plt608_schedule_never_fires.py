"""A schedule names a day that never comes.

Why: cron accepts the 30th of February, but the job never runs.

Bad:
```yaml
backup: { schedule: "0 2 30 2 *", namespaces: [shop], keep: 168h }
```

Good:
```yaml
backup: { schedule: "0 2 28 * *", namespaces: [shop], keep: 1440h }
```

Fix: write a day that exists in its month.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, Origin, error
from platc_compiler.ir.platform import Platform
from platc_compiler.ir.workloads import CronJob
from platc_spec.cron import parse_cron

CODE = "PLT608"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield an error for each schedule of a backup, a job or a pipeline that never fires."""
    for schedule, place in _schedules(platform):
        if parse_cron(schedule).largest_gap() is None:
            message = f"'{schedule}' never fires: no month of it has such a day"
            yield error(CODE, message, (*place, "schedule"), "write a day that comes")


def _schedules(platform: Platform) -> Iterator[tuple[str, Origin]]:
    for backup in platform.cluster_backups:
        yield backup.schedule, backup.origin
    for workload in platform.workloads:
        if isinstance(workload.controller, CronJob):
            yield workload.controller.schedule, workload.origin
    for pipeline in platform.pipelines:
        if pipeline.schedule is not None:
            yield pipeline.schedule, pipeline.origin
