"""Who is told of an alert, as Alertmanager's routes choose.

Source: ``Route.Match`` in dispatch/route.go of prometheus/alertmanager.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from platc_compiler.expressions.results import matches
from platc_compiler.ir.observability import Alert
from platc_compiler.ir.platform import Platform
from platc_compiler.servers.matchers import parsed
from platc_spec.durations import duration_text
from platc_spec.observability import Notifications
from platc_spec.routes import Route, receiver_of


def recipients(platform: Platform, alerts: Iterable[Alert]) -> list[str]:
    """Return who is told of some alerts, in words, without repetition."""
    notifications = platform.spec.notifications
    if notifications is None or not platform.notifiers:
        return []
    own = _own_routes(platform.notifiers[0].config)
    found = (each for alert in alerts for each in _of(alert, notifications, own))
    return list(dict.fromkeys(found))


def watchdog_recipient(platform: Platform) -> list[str]:
    """Return who must notice when the always-firing alert no longer arrives, in words."""
    notifications = platform.spec.notifications
    if notifications is None or not platform.notifiers:
        return []
    stated = notifications.watchdog or notifications.routes.default
    return [_named(receiver_of(stated), notifications)]


def _own_routes(config: Mapping[str, Any]) -> Sequence[Any]:
    route = config.get("route")
    below = route.get("routes") if isinstance(route, Mapping) else None
    return below if isinstance(below, list) else ()


def _of(alert: Alert, notifications: Notifications, own: Sequence[Any]) -> Iterator[str]:
    labels = {"alertname": alert.name, "severity": alert.severity, **dict(alert.labels)}
    if alert.service:
        labels["service"] = alert.service
    for told in _told(alert, labels, notifications, own):
        yield told + _silent(labels, notifications)


def _told(
    alert: Alert, labels: Mapping[str, str], notifications: Notifications, own: Sequence[Any]
) -> Iterator[str]:
    chosen, ends = _by_routes(own, labels, notifications.routes.default)
    yield from (_named(name, notifications) for name in chosen)
    if not ends:
        yield _by_severity(alert, notifications)
    for step in notifications.escalation.get(alert.severity, ()):
        after = duration_text(step.after)
        yield f"{_named(step.to, notifications)} if it still fires after {after}"


def _silent(labels: Mapping[str, str], notifications: Notifications) -> str:
    """Return in which intervals a silence holds an alert back, in words; empty if none does."""
    if not notifications.silences:
        return ""
    from platc_compiler.monitoring.silences import coming_again, fit, matchers_of

    found = [
        name
        for silence in coming_again(notifications)
        if fit(matchers_of(silence), labels)
        for name in silence.during
    ]
    return f", silent during {', '.join(dict.fromkeys(found))}" if found else ""


def _by_severity(alert: Alert, notifications: Notifications) -> str:
    routes = notifications.routes
    route = getattr(routes, alert.severity) or routes.default
    text = _named(receiver_of(route), notifications)
    if isinstance(route, Route):
        if route.mute_time_intervals:
            text += f", but not during {', '.join(route.mute_time_intervals)}"
        if route.active_time_intervals:
            text += f", only during {', '.join(route.active_time_intervals)}"
    return text


def _named(receiver: str, notifications: Notifications) -> str:
    """Return a receiver with the names of its channels."""
    stated = notifications.receivers.get(receiver)
    if stated is None:
        return receiver
    channels = [*(["email"] if stated.email else []), *stated.channels]
    return f"{receiver} ({', '.join(channels)})" if channels else receiver


def _by_routes(
    routes: Sequence[Any], labels: Mapping[str, str], parent: str
) -> tuple[list[str], bool]:
    """Return the receivers that routes choose, and whether no later route is asked."""
    chosen: list[str] = []
    for route in routes:
        if not isinstance(route, Mapping) or not _fits(route, labels):
            continue
        receiver = str(route.get("receiver") or parent)
        below, _ = _by_routes(route.get("routes") or (), labels, receiver)
        chosen += below or [receiver]
        if not route.get("continue"):
            return chosen, True
    return chosen, False


def _fits(route: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    found = [
        *(each for text in route.get("matchers") or () for each in parsed(str(text))),
        *((name, "=", str(value)) for name, value in (route.get("match") or {}).items()),
        *((name, "=~", str(value)) for name, value in (route.get("match_re") or {}).items()),
    ]  # fmt: skip
    return all(matches(operator, value, labels.get(name, "")) for name, operator, value in found)
