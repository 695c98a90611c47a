"""The page of alerts in the runbook: a section and a way to it for each alert, with first steps."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from platc_compiler.pipeline import Result, compile_platform
from platc_compiler.source.beside import Folder
from platc_compiler.source.source import Source
from platc_compiler.targets.runbook.alerts import first_steps
from platc_compiler.templating.templates import Templates
from tests.golden.pins import PLATFORMS
from tests.tools import ROOT

_BASE = "https://wiki.example.com/alerts"
_SERVED = f"\nmonitoring: {{ runbook_url: {_BASE} }}\n"
_MINIMAL = (ROOT / "examples/minimal/platform.yaml").read_text("utf-8")


def compiled(text: str, **alerts: dict[str, Any]) -> Result:
    spec = yaml.safe_load(text)
    spec.setdefault("alerts", {}).update(alerts)
    result = compile_platform(Source(yaml.safe_dump(spec)))
    assert not result.failed, result.diagnostics
    return result


def links(result: Result) -> dict[str, str | None]:
    """Return the annotation ``runbook_url`` of each alert in the files of rules."""
    return {
        rule["alert"]: rule["annotations"].get("runbook_url")
        for path, text in result.files.items()
        if path.startswith("prometheus/rules/")
        for group in yaml.safe_load(text)["groups"]
        for rule in group["rules"]
        if "alert" in rule
    }


def rule(name: str, **others: Any) -> dict[str, Any]:  # noqa: ANN401 - values of platform.yaml
    return {
        "alertname": name, "expr": f'up{{job="web"}} == 0 and on () vector({len(name)}) > 0',
        "severity": "info", "summary": "Down", **others,
    }  # fmt: skip


def test_every_alert_of_a_component_has_first_steps_and_none_are_left_over() -> None:
    first = Templates().data("runbook/first-steps.yaml.j2")
    lacking, found = set(), []
    for path in PLATFORMS.values():
        source = Source(path.read_text("utf-8"), beside=Folder(path.parent))
        platform = compile_platform(source).platform
        assert platform is not None
        for alert in platform.alerts:
            if alert.origin[0] != "alerts":
                steps = first_steps(alert, platform, first)
                found.append(steps)
                lacking |= set() if steps else {alert.name}
    assert not lacking
    assert [key for key, steps in first.items() if steps not in found] == []


def test_every_alert_leads_to_its_heading() -> None:
    result = compiled(_MINIMAL + _SERVED)
    headings = re.findall(r"^## (\w+)$", result.files["runbook/ALERTS.md"], re.MULTILINE)
    assert {"WebDown", "Watchdog", "PodNotRunning"} <= set(headings)
    assert links(result) == {name: f"{_BASE}#{name.lower()}" for name in headings}


@pytest.mark.parametrize(
    ("names", "anchors"),
    [
        (["Web is slow!"], ["web-is-slow"]),
        (["Web_Down", "web-down"], ["web_down", "web-down"]),
        (["A.B", "ab"], ["ab", "ab-1"]),
        (["Alerts of shop"], ["alerts-of-shop-1"]),
        (["Größe — 5 %"], ["größe--5-"]),
    ],
)
def test_an_anchor_is_that_of_github(names: list[str], anchors: list[str]) -> None:
    stated = {f"A{number}": rule(name) for number, name in enumerate(names)}
    found = links(compiled(_MINIMAL + _SERVED, **stated))
    assert [found[name] for name in names] == [f"{_BASE}#{anchor}" for anchor in anchors]


def test_a_page_of_ones_own_stays_the_link() -> None:
    elsewhere = {"annotations": {"runbook_url": "https://example.com/mine"}}
    result = compiled(_MINIMAL + _SERVED, Mine=rule("Mine", **elsewhere))
    assert links(result)["Mine"] == "https://example.com/mine"
    assert "More: <https://example.com/mine>" in result.files["runbook/ALERTS.md"]


def test_steps_make_the_page_without_links() -> None:
    result = compiled(_MINIMAL, Mine=rule("Mine", steps=["Call.", "| Wait |"]))
    assert "1. Call.\n2. \\| Wait \\|\n" in result.files["runbook/ALERTS.md"]
    assert set(links(result).values()) == {None}


def test_without_either_nothing_is_written() -> None:
    assert "runbook/ALERTS.md" not in compiled(_MINIMAL).files
