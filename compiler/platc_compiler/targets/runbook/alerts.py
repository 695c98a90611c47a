"""The page of alerts, ``runbook/ALERTS.md``: what each means, and what to do first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from platc_compiler.ir.observability import Alert
from platc_compiler.ir.platform import Platform
from platc_compiler.monitoring.recipients import recipients, watchdog_recipient
from platc_compiler.monitoring.runbook import PAGE, page_title
from platc_compiler.objects.manifest import File
from platc_compiler.targets.runbook.parts import of_service, part, selector_text
from platc_compiler.templating.templates import Templates
from platc_spec.durations import duration_text

_LABEL = re.compile(r"\{\{-?\s*\$labels\.(\w+)\s*-?\}\}")
_VALUE = re.compile(r"\{\{[^{}]*\$value[^{}]*\}\}")
_OWN = "app.kubernetes.io/instance"


def alerts_page(platform: Platform, templates: Templates) -> Iterator[File]:
    """Yield the page: a section for each name, in the order of their names."""
    first: Mapping[str, Sequence[str]] = templates.data("runbook/first-steps.yaml.j2")
    order = sorted(platform.alerts, key=lambda alert: alert.name)
    text = templates.text(
        "runbook/alerts.md.j2",
        title=page_title(platform.name),
        sections=[
            {"name": name, "rules": [_rule(rule, platform, first) for rule in rules]}
            for name, rules in groupby(order, key=lambda alert: alert.name)
        ],
    )  # fmt: skip
    yield File(PAGE, text)


def _rule(alert: Alert, platform: Platform, first: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    stated = platform.spec.alerts.get(str(alert.origin[1])) if alert.origin[0] == "alerts" else None
    return {
        "meaning": " ".join(map(_sentence, filter(None, (alert.summary, alert.description)))),
        "severity": alert.severity, "expr": alert.expr.splitlines(),
        "lasting": duration_text(alert.lasting) if alert.lasting else "",
        "told": _told(alert, platform), "own": stated.steps if stated is not None else (),
        "steps": () if stated is not None else first_steps(alert, platform, first),
        "url": stated.annotations.get("runbook_url", "") if stated is not None else "",
        "pods": _pods(alert.service, platform),
    }  # fmt: skip


def first_steps(
    alert: Alert, platform: Platform, first: Mapping[str, Sequence[str]]
) -> Sequence[str]:
    """Return what to do first: under the name of the alert, or its ending after its service's.

    The name of an alert on one service of several of a kind begins with the name of the service;
    the steps then stand under the group or the kind, and the rest of the name.
    """
    found = first.get(alert.name)
    if found is not None:
        return found
    service = platform.spec.services.get(alert.service)
    titles = [
        "".join(each.capitalize() for each in name.split("-"))
        for name in (alert.service, str(alert.origin[-1]))
    ]
    endings = [alert.name.removeprefix(title) for title in titles]
    kinds = (alert.group, service.kind if service is not None else "")
    keys = (f"{kind} {ending}" for kind in kinds for ending in endings)
    return next((first[key] for key in keys if key in first), first.get(alert.group, ()))


def _sentence(text: str) -> str:
    """Return a text with names in the place of labels and of the value, and with its stop."""
    words = _VALUE.sub("VALUE", _LABEL.sub(lambda label: label[1].upper(), text)).strip()
    return words if words.endswith((".", "!", "?", ":")) else f"{words}."


def _told(alert: Alert, platform: Platform) -> str:
    if alert.name == "Watchdog":
        found = watchdog_recipient(platform)
    else:
        receiver = dict(alert.labels).get("escalation")
        found = [receiver] if receiver else recipients(platform, [alert])
    return "; ".join(found) or "nobody"


def _pods(service: str, platform: Platform) -> list[dict[str, str]]:
    """Return the namespaces of the pods of a service, with the labels of the pods."""
    namespaces = dict.fromkeys(part(each).namespace for each in of_service(platform, service))
    labels = selector_text(((_OWN, service),))
    return [{"namespace": each, "labels": labels} for each in namespaces]
