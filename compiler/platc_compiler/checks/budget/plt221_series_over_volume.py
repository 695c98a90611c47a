"""The expected samples fill ``retention.size`` before ``retention.time``, or the volume.

Why: of two limits the first one holds. Who states 90 days and has room for 20 will not find the
day that he looks for.

Bad:
```yaml
services:
  prometheus: { series: { others: 3000 }, storage: 5Gi, retention: { time: 365d } }
```

Good:
```yaml
services:
  prometheus: { series: {}, storage: 50Gi, retention: { time: 15d, size: 40GB } }
```

Fix: make the volume larger, keep samples for a shorter time, or store less:
``out/report/series.md`` says which job brings them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from platc_compiler.diagnostics import Diagnostic, warning
from platc_compiler.ir.platform import Platform
from platc_spec.quantities import human_bytes

CODE = "PLT221"
_TWO_DAYS = 48


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield a warning for blocks that are deleted early, and for a log that has no room."""
    if not platform.monitors or platform.monitors[0].series is None:
        return
    from platc_compiler.monitoring.series import estimate

    monitor, plan = platform.monitors[0], platform.monitors[0].series
    found = estimate(platform)
    if found is None:
        return
    if found.blocks > plan.size:
        hours = round(plan.size * (found.age / timedelta(hours=1)) / found.blocks)
        after = f"{hours // 24} days" if hours >= _TWO_DAYS else f"{hours} hours"
        message = (
            f"{found.samples:.0f} samples a second fill {human_bytes(plan.size)} in {after},"
            " before retention.time"
        )
        place = ("services", monitor.service, "retention")
        hint = f"blocks need {human_bytes(found.blocks)}: a larger volume, or a shorter time"
        yield warning(CODE, message, place, hint, on_key=True)
    elif plan.size + found.log > plan.volume:
        message = (
            f"the write-ahead log takes {human_bytes(found.log)}, and beside"
            f" {human_bytes(plan.size)} of blocks the volume has"
            f" {human_bytes(plan.volume - plan.size)}"
        )
        place = ("services", monitor.service, "storage")
        yield warning(CODE, message, place, "a larger volume, or a smaller retention.size")
