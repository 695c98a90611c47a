"""A time interval of notifications is none, or is not declared.

Why: Alertmanager refuses its whole configuration.

Bad:
```yaml
notifications:
  routes: { critical: { receiver: team, mute_time_intervals: [nights] } }
  time_intervals: { nights: [{ times: [{ start_time: "22:00", end_time: "06:00" }] }] }
```

Good:
```yaml
notifications:
  routes: { critical: { receiver: team, mute_time_intervals: [nights] } }
  time_intervals:
    nights:
      - times:
          - { start_time: "22:00", end_time: "24:00" }
          - { start_time: "00:00", end_time: "06:00" }
```

Fix: no range passes midnight, the end of the week or that of the year: write two. A route
or a silence names intervals of ``notifications.time_intervals``.

Source: timeinterval/timeinterval.go and ``checkTimeInterval`` of prometheus/alertmanager.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.diagnostics import Diagnostic, Origin, error
from platc_compiler.diagnostics.did_you_mean import did_you_mean
from platc_compiler.lower.kind import Context
from platc_spec.observability import Notifications
from platc_spec.routes import Route

CODE = "PLT421"


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield an error for each interval that is refused, and for each that is not declared."""
    notifications = context.spec.notifications
    if notifications is None:
        return
    for name, intervals in notifications.time_intervals.items():
        from platc_compiler.servers import alertmanager

        stated = [each.model_dump(mode="json", exclude_defaults=True) for each in intervals]
        place: Origin = ("notifications", "time_intervals", name)
        for fault in alertmanager.interval_faults(stated):
            yield error(CODE, fault.message, (*place, *fault.path), fault.hint)
    for named, place in _named(notifications):
        if named not in notifications.time_intervals:
            known = notifications.time_intervals
            hint = did_you_mean(named, known, "declare it under notifications.time_intervals")
            yield error(CODE, f"unknown time interval '{named}'", place, hint)


def _named(notifications: Notifications) -> Iterator[tuple[str, Origin]]:
    """Yield every mention of a time interval, with its place."""
    routes = notifications.routes
    for severity in ("critical", "warning", "info"):
        route = getattr(routes, severity)
        if isinstance(route, Route):
            for key in ("mute_time_intervals", "active_time_intervals"):
                for index, named in enumerate(getattr(route, key)):
                    yield named, ("notifications", "routes", severity, key, index)
    for name, silence in notifications.silences.items():
        for index, named in enumerate(silence.during):
            yield named, ("notifications", "silences", name, "during", index)
