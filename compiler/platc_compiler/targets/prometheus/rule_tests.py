"""Unit tests of alerts for ``promtool test rules``: one case that fires, one that is silent."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from platc_compiler.ir.observability import Alert
from platc_compiler.ir.platform import Platform
from platc_compiler.targets.prometheus.rules import Group
from platc_compiler.targets.prometheus.series import held, length
from platc_compiler.templating.templates import Templates
from platc_spec.durations import parse_duration

_MINUTE = timedelta(minutes=1)
_WINDOW = re.compile(r"\[\s*(\w+)\s*(?::\s*\w*\s*)?\]")
_OFFSET = re.compile(r"\boffset\s+-?(\w+)")
_DURATION = re.compile(r"(\d+(ms|[smhdwy]))+")


def tests_of(group: Group, platform: Platform, templates: Templates) -> dict[str, Any] | None:
    """Return the tests of the alerts of a group, ``None`` when no alert has samples."""
    names = Counter(alert.name for alert in group.alerts)
    cases = [
        case
        for alert in group.alerts
        for case in _cases(alert, templates, alone=names[alert.name] == 1)
    ]
    if not cases:
        return None
    data: dict[str, Any] = templates.data(
        "prometheus/tests.yaml.j2", files=_rule_files(group, platform), tests=cases
    )
    return data


def _rule_files(group: Group, platform: Platform) -> list[str]:
    """Return the file of the group, and the files of the recordings that its alerts use."""
    text = "\n".join(alert.expr for alert in group.alerts)
    others = {rule.group for rule in platform.recordings if rule.name in text}
    return sorted({group.file, *(f"../rules/{name}.yml" for name in others)})


def _cases(alert: Alert, templates: Templates, *, alone: bool) -> Iterator[dict[str, Any]]:
    test = alert.test
    # Several alerts of one name differ in their severity.
    further = "" if alone else f',severity="{alert.severity}"'
    if test is None:
        return
    for fires, samples in ((True, test.fires), (False, test.silent)):
        if not fires and not test.fires and not test.silent:
            # It fires without any sample, so that no sample can keep it silent.
            return
        end = max([_least(alert), *(length(values) - 1 for _, values in samples)])
        yield templates.data(
            "prometheus/test.yaml.j2",
            alert=alert, fires=fires, at=f"{end}m",
            series=[(series, held(values, end)) for series, values in samples],
            firing=f'ALERTS{{alertname="{alert.name}",alertstate="firing"{further}}}',
        )  # fmt: skip


def _least(alert: Alert) -> int:
    """Return the minute when all windows are full and the condition has held long enough."""
    looked_back = [*_WINDOW.findall(alert.expr), *_OFFSET.findall(alert.expr)]
    past = max((_duration(text) for text in looked_back), default=timedelta(0))
    return math.ceil((past + alert.lasting) / _MINUTE) + 2


def _duration(text: str) -> timedelta:
    return parse_duration(text) if _DURATION.fullmatch(text) else timedelta(0)
