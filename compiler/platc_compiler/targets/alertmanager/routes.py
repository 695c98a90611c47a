"""The tree of routes below the default one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from platc_compiler.templating.templates import Templates
from platc_spec.observability import Notifications


def routes(notifications: Notifications, templates: Templates) -> Iterator[dict[str, Any]]:
    """Yield the routes in the order in which Alertmanager tries them.

    The watchdog comes first: it is sent once a day, so that people notice when it stops.
    Escalations come before severities, because an escalated alert carries its severity too.
    """
    yield templates.data(
        "alertmanager/route-watchdog.yaml.j2",
        receiver=notifications.watchdog or notifications.routes.default,
    )
    told = {step.to: None for steps in notifications.escalation.values() for step in steps}
    for receiver in told:
        yield templates.data("alertmanager/route-escalation.yaml.j2", receiver=receiver)
    stated = notifications.routes
    for severity, chosen in (
        ("critical", stated.critical),
        ("warning", stated.warning),
        ("info", stated.info),
    ):
        if chosen is not None:
            yield templates.data(
                "alertmanager/route-severity.yaml.j2", severity=severity, receiver=chosen
            )
