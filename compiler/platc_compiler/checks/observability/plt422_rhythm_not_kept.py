"""An alert that still fires is not sent again at the stated rhythm.

Alertmanager looks at a group of alerts once in every ``group_interval``: it repeats no message more
often. It remembers what it has sent for the time of its ``retention``: a message that is to be
repeated later is sent again after that time.

Why: people wait for a reminder that does not come, or get one that they did not want.

Bad:
```yaml
notifications: { repeat_interval: 14d }
```

Good:
```yaml
services: { alertmanager: { retention: 15d } }
notifications: { repeat_interval: 14d }
```

Fix: make ``retention`` of Alertmanager longer than the longest ``repeat_interval``, and
``repeat_interval`` at least as long as ``group_interval``.

Source: the warnings of cmd/alertmanager/main.go, and prometheus/alertmanager#1806.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from msgspec import Struct

from platc_compiler.diagnostics import Diagnostic, Origin, warning
from platc_compiler.lower.kind import Context
from platc_spec.durations import duration_text
from platc_spec.kinds.alertmanager import Alertmanager
from platc_spec.observability import Notifications
from platc_spec.routes import Route, Watchdog

CODE = "PLT422"


class _Rhythm(Struct, frozen=True):
    """How often a route repeats and looks at its groups, and where each is stated."""

    repeat: timedelta
    group: timedelta
    place: Origin


def check_language(context: Context) -> Iterator[Diagnostic]:
    """Yield a warning for each rhythm that Alertmanager does not keep."""
    notifications = context.spec.notifications
    if notifications is None:
        return
    for name, service in context.of_kind(Alertmanager).items():
        for rhythm in _rhythms(notifications, service, name):
            yield from _judged(rhythm, service.retention)


def _judged(rhythm: _Rhythm, retention: timedelta) -> Iterator[Diagnostic]:
    repeat = duration_text(rhythm.repeat)
    if rhythm.repeat < rhythm.group:
        group = duration_text(rhythm.group)
        message = f"nothing is repeated every {repeat}: groups are looked at every {group}"
        hint = f"write {group} or longer, or a shorter group_interval"
        yield warning(CODE, message, rhythm.place, hint)
    elif rhythm.repeat > retention:
        kept = duration_text(retention)
        message = f"it is sent again before {repeat}: Alertmanager forgets after {kept}"
        hint = f"write at most {kept}, or retention: {repeat} or longer for Alertmanager"
        yield warning(CODE, message, rhythm.place, hint)


def _rhythms(notifications: Notifications, service: Alertmanager, name: str) -> Iterator[_Rhythm]:
    base: Origin = ("notifications",)
    group, repeat = notifications.group_interval, notifications.repeat_interval
    yield _Rhythm(repeat, group, (*base, "repeat_interval"))
    for severity in ("critical", "warning", "info"):
        route = getattr(notifications.routes, severity)
        if isinstance(route, Route) and (route.repeat_interval or route.group_interval):
            key = "repeat_interval" if route.repeat_interval else "group_interval"
            place = (*base, "routes", severity, key)
            yield _Rhythm(route.repeat_interval or repeat, route.group_interval or group, place)
    if isinstance(notifications.watchdog, Watchdog):
        # Its group_interval follows it.
        length = notifications.watchdog.repeat_interval
        yield _Rhythm(length, min(length, group), (*base, "watchdog", "repeat_interval"))
    route = service.config.get("route")
    if isinstance(route, Mapping):
        yield from _below(route, ("services", name, "config", "route"), repeat, group)


def _below(
    route: Mapping[str, Any], at: Origin, repeat: timedelta, group: timedelta
) -> Iterator[_Rhythm]:
    """Yield the rhythms of the routes below one, which inherit from it."""
    from platc_compiler.servers.fault import entries

    waiting = [(route, at, repeat, group)]
    while waiting:
        above, place, repeat, group = waiting.pop()
        for index, each in entries(above, "routes"):
            below = (*place, "routes", index)
            own = {key: _length(each.get(key)) for key in ("repeat_interval", "group_interval")}
            key = next((key for key, length in own.items() if length), None)
            inner = own["repeat_interval"] or repeat
            looks = own["group_interval"] or group
            if key is not None:
                yield _Rhythm(inner, looks, (*below, key))
            waiting.append((each, below, inner, looks))


def _length(value: object) -> timedelta | None:
    if value is None or isinstance(value, (list, dict)):
        return None
    from platc_compiler.servers.durations import prometheus_duration

    found = prometheus_duration(str(value))
    return timedelta(microseconds=found // 1000) if found else None
