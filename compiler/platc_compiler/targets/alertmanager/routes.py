"""The tree of routes below the default one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from platc_compiler.templating.templates import Templates
from platc_spec.observability import Notifications
from platc_spec.routes import Route, Watchdog


def routes(
    notifications: Notifications, own: Sequence[Any], templates: Templates
) -> Iterator[dict[str, Any]]:
    """Yield the routes in the order in which Alertmanager tries them: the first one that matches.

    The watchdog comes first: it is sent at its own rhythm, so that people notice when it stops.
    Silences never hold it. Escalations come before severities, because an escalated alert carries
    its severity too. The user's own routes come between: behind the severities, none would ever
    match.

    Args:
        notifications: what the platform declares.
        own: the routes of the user's own configuration.
        templates: the shapes.
    """
    yield _watchdog(notifications, templates)
    below = _below(notifications, own, templates)
    if not notifications.silences:
        yield from below
        return
    from platc_compiler.monitoring.silences import coming_again
    from platc_compiler.targets.alertmanager.silences import muted

    yield from muted(list(below), coming_again(notifications), notifications)


def _below(
    notifications: Notifications, own: Sequence[Any], templates: Templates
) -> Iterator[dict[str, Any]]:
    """Yield the routes behind that of the watchdog, without silences."""
    told = {step.to: None for steps in notifications.escalation.values() for step in steps}
    for receiver in told:
        yield templates.data("alertmanager/route-escalation.yaml.j2", receiver=receiver)
    yield from own
    stated = notifications.routes
    for severity, chosen in (
        ("critical", stated.critical),
        ("warning", stated.warning),
        ("info", stated.info),
    ):
        if chosen is not None:
            route = chosen if isinstance(chosen, Route) else Route(receiver=chosen)
            yield templates.data(
                "alertmanager/route-severity.yaml.j2", severity=severity, route=route,
                group_by=None if route.group_by is None else list(route.group_by),
                mute=list(route.mute_time_intervals), active=list(route.active_time_intervals),
            )  # fmt: skip


def _watchdog(notifications: Notifications, templates: Templates) -> dict[str, Any]:
    stated = notifications.watchdog or notifications.routes.default
    watchdog = stated if isinstance(stated, Watchdog) else Watchdog(receiver=stated)
    # Alertmanager looks at a group only every group_interval: a shorter rhythm needs a shorter one.
    interval = min(watchdog.repeat_interval, notifications.group_interval)
    data: dict[str, Any] = templates.data(
        "alertmanager/route-watchdog.yaml.j2",
        watchdog=watchdog,
        group_interval=None if interval == notifications.group_interval else interval,
    )
    return data
