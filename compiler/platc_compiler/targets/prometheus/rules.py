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
    file: str
    """Where they are, seen from the folder of tests."""
    recordings: tuple[Recording, ...]
    alerts: tuple[Alert, ...]


def groups(platform: Platform) -> Iterator[Group]:
    """Yield the groups that Prometheus evaluates, by name."""
    alerts = [alert for alert in platform.alerts if not alert.by_grafana]
    names = {a.group for a in alerts} | {r.group for r in platform.recordings}
    for name in sorted(names):
        yield Group(
            name,
            f"../rules/{name}.yml",
            tuple(rule for rule in platform.recordings if rule.group == name),
            tuple(rule for rule in alerts if rule.group == name),
        )


def of_grafana(platform: Platform) -> Group | None:
    """Return the alerts that Grafana evaluates: Prometheus' engine tests them all the same."""
    alerts = tuple(alert for alert in platform.alerts if alert.by_grafana)
    return Group("grafana", "grafana.rules.yml", (), alerts) if alerts else None


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
            labels=rule.every_label,
            annotations=rule.every_annotation,
        )
        for rule in group.alerts
    ]
    data: dict[str, Any] = templates.data(
        "prometheus/rules.yaml.j2", name=group.name, rules=recordings + alerts
    )
    return data
