"""A backup is deleted before the next one is there.

Why: between the two, no backup exists that could be restored.

Bad:
```yaml
backup: { schedule: "@daily", namespaces: [shop], keep: 12h }
```

Good:
```yaml
backup: { schedule: "@daily", namespaces: [shop], keep: 168h }
```

Fix: keep backups for several runs of the schedule.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, error
from platc_compiler.ir.platform import Platform
from platc_compiler.ir.recovery import ClusterBackup, DatabaseBackup
from platc_spec.durations import duration_text

CODE = "PLT602"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield an error for each backup whose copies are deleted before the next run."""
    backups: tuple[DatabaseBackup | ClusterBackup, ...] = (
        *platform.database_backups,
        *platform.cluster_backups,
    )
    for backup in backups:
        loss = backup.worst_loss
        if loss is not None and backup.keep < loss:
            message = (
                f"copies are kept for {duration_text(backup.keep)}, and the next may take"
                f" {duration_text(loss)}"
            )
            yield error(
                CODE, message, (*backup.origin, "keep"), f"at least {duration_text(2 * loss)}"
            )
