"""A backup is made too rarely for the recovery point objective.

Why: a restore loses everything that was written since the last backup. At worst this is the time
between two runs of the schedule. For a dump, the longest duration of a run is added: a dump holds
the state at its start, and until it has ended, only the dump before it can be restored.

Bad:
```yaml
recovery: { rto: 4h, rpo: 1h }
backup: { schedule: "0 2 * * *", namespaces: [shop], keep: 720h }
```

Good:
```yaml
recovery: { rto: 4h, rpo: 1h }
backup: { schedule: "0 * * * *", namespaces: [shop], keep: 720h }
```

Fix: run it more often, as the hint says, or agree on another ``recovery.rpo``. For data that can be
created again (objects are in platform.yaml as well), ``backup.rpo`` may be longer than the
platform's. For a database, ``backup.point_in_time`` archives every change within minutes.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from platc_compiler.checks.recovery.schedules import rarest
from platc_compiler.diagnostics import Diagnostic, Origin, warning
from platc_compiler.ir.platform import Platform
from platc_compiler.ir.recovery import DatabaseBackup, LogArchive
from platc_spec.durations import duration_text

CODE = "PLT601"


def check_platform(platform: Platform) -> Iterator[Diagnostic]:
    """Yield a warning for each backup whose gap is longer than the RPO allows."""
    recovery = platform.spec.recovery
    if recovery is None:
        return
    for dump in platform.database_backups:
        if dump.log is not None:
            yield from _judge_log(dump.log, dump, recovery.rpo)
            continue
        what = f"the dumps of '{dump.service}' may lose"
        yield from _judge(what, dump.worst_loss, recovery.rpo, dump.longest, dump.origin)
    for backup in platform.cluster_backups:
        what = f"the backups of {', '.join(backup.namespaces)} may lose"
        rpo = backup.rpo or recovery.rpo
        yield from _judge(what, backup.worst_loss, rpo, timedelta(0), backup.origin)


def _judge_log(log: LogArchive, dump: DatabaseBackup, rpo: timedelta) -> Iterator[Diagnostic]:
    if log.worst_loss > rpo:
        from platc_spec.postgres_point_in_time import LEAST

        better = rpo - (log.worst_loss - log.every)
        message = (
            f"the archived log of '{dump.service}' may lose {duration_text(log.worst_loss)}, the"
            f" upload with it; the RPO is {duration_text(rpo)}"
        )
        hint = (
            f"write every: {duration_text(better)}" if better >= LEAST
            else "nothing that platc makes loses less: agree on another recovery.rpo"
        )  # fmt: skip
        yield warning(CODE, message, (*dump.origin, "point_in_time", "every"), hint)


def _judge(
    what: str, loss: timedelta | None, rpo: timedelta, longest: timedelta, place: Origin
) -> Iterator[Diagnostic]:
    if loss is None or loss <= rpo:
        return
    better = rarest(rpo - longest)
    hint = (
        f'"{better}" would do' if better
        else f"a run may take {duration_text(longest)}: make its deadline shorter"
    )  # fmt: skip
    run = f", {duration_text(longest)} of them while it runs" if longest else ""
    message = f"{what} {duration_text(loss)}{run}; the RPO is {duration_text(rpo)}"
    yield warning(CODE, message, (*place, "schedule"), hint)
