"""Who is told of an alert: what platc says, compared with Alertmanager's own tool."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from platc_compiler.ir.observability import Alert, Severity
from platc_compiler.ir.platform import Platform
from platc_compiler.monitoring.coverage import coverage
from platc_compiler.monitoring.recipients import recipients, watchdog_recipient
from platc_compiler.pipeline import compile_platform
from platc_compiler.source.emit import yaml_text
from platc_compiler.source.source import Source
from tests.monitoring.test_coverage import SERVICES
from tests.tools import tool

OWN = [
    {"matchers": ['service="web"', 'severity!~"info|warning"'], "receiver": "web-team"},
    {
        "match": {"team": "data"}, "receiver": "data",
        "routes": [
            {"match_re": {"alertname": "Feed.*"}, "receiver": "feed"},
            {"matchers": ['alertname=~"Slow|Late"'], "continue": True},
            {"matchers": ['severity="warning"'], "receiver": "night"},
        ],
    },
    {"matchers": ["copy=~yes"], "receiver": "copy", "continue": True},
]  # fmt: skip
NAMES = ("default", "oncall", "web-team", "data", "feed", "night", "copy")


@pytest.fixture(scope="module")
def platform() -> Platform:
    notifications: dict[str, Any] = {
        "smtp": {"service": "mail", "from": "a@example.com"},
        "routes": {
            "default": "default",
            "critical": {"receiver": "oncall", "mute_time_intervals": ["holidays"]},
        },
        "receivers": {name: {"email": f"{name}@example.com"} for name in NAMES},
        "escalation": {"critical": [{"after": "30m", "to": "default"}]},
        "time_intervals": {"holidays": [{"months": ["december"]}]},
        "watchdog": "copy",
    }
    services = {**SERVICES, "alertmanager": {**SERVICES["alertmanager"],
                                             "config": {"route": {"routes": OWN}}}}  # fmt: skip
    spec = {
        "platform": "p", "version": 1, "namespaces": {"a": None}, "services": services,
        "cluster": {"nodes": {"main": {"memory": "8GB", "cpu": 4}}},
        "notifications": notifications,
    }  # fmt: skip
    result = compile_platform(Source(yaml_text(spec)))
    assert result.platform is not None, result.diagnostics
    return result.platform


@pytest.fixture(scope="module")
def configuration(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from platc_compiler.targets.alertmanager import alertmanager
    from platc_compiler.templating.templates import Templates

    path = tmp_path_factory.mktemp("alertmanager") / "alertmanager.yml"
    (file,) = alertmanager(platform, Templates(), {})
    path.write_text(file.text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "severity", "labels"),
    [
        ("Down", "critical", {"service": "web"}),
        ("Down", "warning", {"service": "web"}),
        ("Down", "info", {}),
        ("FeedLags", "warning", {"team": "data"}),
        ("Slow", "warning", {"team": "data"}),
        ("Late", "critical", {"team": "data"}),
        ("Other", "critical", {"team": "data"}),
        ("Other", "critical", {"copy": "yes"}),
        ("Other", "warning", {"copy": "no"}),
    ],
)
def test_platc_says_who_alertmanager_tells(
    platform: Platform, configuration: Path, name: str, severity: Severity, labels: dict[str, str]
) -> None:
    alert = Alert(
        name=name, expr="up == 0", group="g", severity=severity, summary="s",
        labels=tuple(labels.items()),
    )  # fmt: skip
    pairs = [f"{key}={value}" for key, value in labels.items()]
    done = subprocess.run(
        [str(tool("amtool")), "config", "routes", "test", f"--config.file={configuration}",
         f"alertname={name}", f"severity={severity}", *pairs],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    said = [text.split(" ")[0] for text in recipients(platform, [alert]) if "still" not in text]
    assert said == done.stdout.strip().split(",")


def test_escalation_times_and_channels_are_told(platform: Platform) -> None:
    alert = Alert(name="A", expr="up == 0", group="g", severity="critical", summary="s")
    assert recipients(platform, [alert]) == [
        "oncall (email), but not during holidays",
        "default (email) if it still fires after 30m",
    ]


def test_the_watchdog_is_missed_by_its_own_receiver(platform: Platform) -> None:
    assert watchdog_recipient(platform) == ["copy (email)"]


@pytest.mark.parametrize(
    ("service", "told"),
    [("web", "web-team (email)"), ("kafka", "oncall (email), but not during holidays")],
)
def test_an_alert_on_every_target_goes_where_the_labels_of_the_target_lead(
    platform: Platform, service: str, told: str
) -> None:
    (watched,) = [each for each in coverage(platform) if each.service == service]
    assert {each.name for each in watched.alerts} >= {"TargetAbsent", "TargetDown"}
    later = "default (email) if it still fires after 30m"
    assert recipients(platform, watched.alerts) == [told, later]
