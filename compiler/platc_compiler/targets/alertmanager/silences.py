"""Planned silences: routes that are muted by intervals, and a script that sets the others.

Source: ``newRoute`` in dispatch/route.go of prometheus/alertmanager: the intervals of a route are
not those of the routes below it, so each of these states them too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC
from typing import Any

from platc_compiler.ir.observability import Notifier
from platc_compiler.ir.platform import Platform
from platc_compiler.monitoring.silences import groups, written
from platc_compiler.objects.digests import data_digest
from platc_compiler.templating.templates import Templates
from platc_spec.observability import Notifications
from platc_spec.silences import Silence

_SECOND = "%Y-%m-%dT%H:%M:%SZ"


def muted(
    routes: Sequence[Mapping[str, Any]],
    again: Sequence[Silence],
    notifications: Notifications,
    during: tuple[str, ...] = (),
) -> Iterator[dict[str, Any]]:
    """Yield routes under those of the silences that come again.

    An alert that several of them fit is muted in the intervals of all of them, so each combination
    has its routes. Outside of the intervals, an alert is sent as without them.

    Args:
        routes: the routes without silences.
        again: the silences.
        notifications: what platform.yaml states.
        during: the intervals in which these routes are muted already.
    """
    if not again:
        yield from (_muted(route, during) for route in routes)
        return
    here = (*during, *again[0].during)
    for matchers in groups(again[0], notifications):
        yield {
            "matchers": written(matchers),
            "mute_time_intervals": list(here),
            "routes": list(muted(routes, again[1:], notifications, here)),
        }
    yield from muted(routes, again[1:], notifications, during)


def _muted(route: Mapping[str, Any], during: tuple[str, ...]) -> dict[str, Any]:
    if not during:
        return dict(route)
    below = [_muted(each, during) for each in route.get("routes") or ()]
    return {
        **route,
        "mute_time_intervals": [*(route.get("mute_time_intervals") or ()), *during],
        **({"routes": below} if below else {}),
    }


def script(
    platform: Platform, notifier: Notifier, notifications: Notifications, templates: Templates
) -> str:
    """Return the script that sets the silences with a start and an end, empty without any.

    Each has a mark in its comment: the platform, its name, and a digest of what it says. So the
    script finds what it has set before, and removes what platform.yaml states otherwise by now.
    """
    once = [
        (name, silence)
        for name, silence in sorted(notifications.silences.items())
        if silence.start is not None and silence.end is not None
    ]
    if not once:
        return ""
    workload = next(w for w in platform.workloads if w.service == notifier.service)
    return templates.text(
        "alertmanager/silences.sh.j2",
        platform=platform.name, url=notifier.url, namespace=workload.namespace,
        deployment=workload.name, container=workload.pod.containers[0].name,
        silences=[each for name, silence in once
                  for each in _set(platform.name, name, silence, notifications)],
    )  # fmt: skip


def _set(
    platform: str, name: str, silence: Silence, notifications: Notifications
) -> Iterator[dict[str, Any]]:
    start, end = (time.astimezone(UTC) for time in (silence.start, silence.end) if time is not None)
    for matchers in groups(silence, notifications):
        stated = [name, written(matchers), start.strftime(_SECOND), end.strftime(_SECOND),
                  silence.comment, silence.author]  # fmt: skip
        mark = f"[platc {platform}/{name} {data_digest(stated)}]"
        yield {
            "matchers": written(matchers), "start": start.strftime(_SECOND),
            "end": end.strftime(_SECOND), "over": end.strftime("%Y%m%d%H%M%S"),
            "comment": f"{silence.comment} {mark}", "author": silence.author, "mark": mark,
        }  # fmt: skip
