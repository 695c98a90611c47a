"""Alerts that Grafana evaluates, with its contact points and policies.

A rule has three steps, as Grafana itself makes them of a rule of Prometheus: the query; whether
there is a value, whichever it is; and whether that is true. So a series that is there fires, and
one that is not does not, as in Prometheus. Sources: pkg/services/ngalert/prom/convert.go and
pkg/services/provisioning/alerting of grafana/grafana.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from platc_compiler.grafana.contact_points import channels, literal, uid
from platc_compiler.ir.dashboards import DashboardServer
from platc_compiler.ir.observability import Alert
from platc_compiler.ir.platform import Platform
from platc_compiler.lower.grafana_alerting import told
from platc_compiler.templating.templates import Templates
from platc_spec.observability import Notifications
from platc_spec.routes import Route

_ACTION = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_VALUE = re.compile(r"\$value\b|(?<![\w)$])\$?\.Value\b")
_NUMBER = "$values.A.Value"
"""What Prometheus calls ``$value`` and ``.Value``: Grafana's are a description of all steps."""


def alerting(
    platform: Platform, server: DashboardServer, notifications: Notifications, templates: Templates
) -> dict[str, Any]:
    """Return the file, whose receivers are those that routes name."""
    source = next((each.uid for each in server.sources if each.own), "")
    data: dict[str, Any] = templates.data(
        "grafana/alerting.yaml.j2",
        folder=platform.name,
        rules=[_rule(alert, source, templates) for alert in platform.alerts if alert.by_grafana],
        contact_points=[
            templates.data(
                "grafana/contact-point.yaml.j2",
                name=name, channels=list(channels(name, receiver, server.receivers)),
                silent_end=not receiver.send_resolved,
            )
            for name, receiver in told(notifications).items()
        ],
        notifications=notifications,
        group_by=list(notifications.group_by),
        routes=list(_routes(notifications, templates)),
        times=[
            {"name": name, "time_intervals": [each.model_dump(exclude_defaults=True, mode="json")
                                              for each in intervals]}
            for name, intervals in notifications.time_intervals.items()
        ],
    )  # fmt: skip
    return data


def _rule(alert: Alert, source: str, templates: Templates) -> dict[str, Any]:
    data: dict[str, Any] = templates.data(
        "grafana/rule.yaml.j2",
        alert=alert, uid=uid(str(alert.origin[-1])), title=literal(alert.name), source=source,
        labels={key: literal(text) for key, text in _texts(alert.every_label)},
        # Grafana reads variables of the environment in labels, and none in annotations.
        annotations=dict(_texts(alert.every_annotation)),
    )  # fmt: skip
    return data


def _texts(stated: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for key, text in stated.items():
        yield key, _ACTION.sub(lambda action: _VALUE.sub(_NUMBER, action[0]), text)


def _routes(notifications: Notifications, templates: Templates) -> Iterator[dict[str, Any]]:
    """Yield the policies below the default one, by severity."""
    stated = notifications.routes
    for severity, chosen in (
        ("critical", stated.critical),
        ("warning", stated.warning),
        ("info", stated.info),
    ):
        if chosen is not None:
            yield templates.data(
                "grafana/policy.yaml.j2",
                severity=severity,
                route=chosen if isinstance(chosen, Route) else Route(receiver=chosen),
            )
