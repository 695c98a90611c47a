"""Rule files: one for each group."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from platc_compiler.ir.observability import Alert, Recording
from platc_compiler.ir.platform import Platform
from platc_compiler.templating.templates import Templates


class Group(Struct, frozen=True):
    """Rules in the order of their evaluation: recordings first, because alerts may use them."""

    name: str
    recordings: tuple[Recording, ...]
    alerts: tuple[Alert, ...]


def groups(platform: Platform) -> Iterator[Group]:
    """Yield the groups by name."""
    names = {a.group for a in platform.alerts} | {r.group for r in platform.recordings}
    for name in sorted(names):
        yield Group(
            name,
            tuple(rule for rule in platform.recordings if rule.group == name),
            tuple(rule for rule in platform.alerts if rule.group == name),
        )


def rule_file(group: Group, templates: Templates) -> dict[str, Any]:
    """Return a rule file with one group."""
    recordings = [
        templates.data("prometheus/recording.yaml.j2", rule=rule, labels=dict(rule.labels))
        for rule in group.recordings
    ]
    alerts = [
        templates.data(
            "prometheus/alert.yaml.j2",
            rule=rule,
            labels=_labels(rule),
            annotations=_annotations(rule),
        )
        for rule in group.alerts
    ]
    data: dict[str, Any] = templates.data(
        "prometheus/rules.yaml.j2", name=group.name, rules=recordings + alerts
    )
    return data


def _labels(alert: Alert) -> dict[str, str]:
    """Return the labels of an alert; ``service`` only when the samples do not carry it."""
    service = {"service": alert.service} if alert.service else {}
    return {"severity": alert.severity, **service, **dict(alert.labels)}


def _annotations(alert: Alert) -> dict[str, str]:
    description = {"description": alert.description} if alert.description else {}
    return {"summary": alert.summary, **description, **dict(alert.annotations)}
