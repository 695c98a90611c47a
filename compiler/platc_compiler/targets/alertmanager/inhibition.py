"""Inhibition: alerts that follow from another one are not told beside it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from platc_compiler.ir.network import Pods
from platc_compiler.ir.observability import Alert
from platc_compiler.ir.platform import Platform
from platc_compiler.templating import Templates

_DOWN = re.compile(r"up(\{[^}]*\})?==0")
_WHOLE = frozenset({"TargetAbsent", "ServiceDown"})
_SAME: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("service", ("service", "namespace", "instance")),
    ("slo", ("slo",)),
    ("persistentvolumeclaim", ("namespace", "persistentvolumeclaim")),
)
"""What a critical alert and a lesser one must share, by the label that says what they speak of. It
must be there: labels that both alerts lack count as equal."""


def inhibitions(platform: Platform, templates: Templates) -> Iterator[dict[str, Any]]:
    """Yield the rules: by severity, and along ``depends_on``."""
    for subject, equal in _SAME:
        yield templates.data(
            "alertmanager/inhibit-severity.yaml.j2", subject=subject, equal=list(equal)
        )
    scraped = {job.service for job in platform.scrapes if job.service}
    for service, dependents in sorted(_dependents(platform).items()):
        down = sorted(_down(platform, service))
        if down and service in scraped and dependents:
            yield templates.data(
                "alertmanager/inhibit-dependents.yaml.j2",
                alerts="|".join(down), service=service, dependents="|".join(sorted(dependents)),
            )  # fmt: skip


def _down(platform: Platform, service: str) -> Iterator[str]:
    """Yield the alerts that say that all of a service is gone: one of three brokers down is not."""
    several = any(j.service == service and j.has_several_targets for j in platform.scrapes)
    for alert in platform.alerts:
        whole = alert.name in _WHOLE or (not several and _is_about_a_target(alert))
        if whole:
            yield alert.name


def _is_about_a_target(alert: Alert) -> bool:
    return bool(_DOWN.fullmatch("".join(alert.expr.split())))


def _dependents(platform: Platform) -> dict[str, set[str]]:
    """Return who cannot work without a service, over any number of steps.

    Services that depend on each other are left out: each would silence the other, and nobody
    would be told.
    """
    direct = _direct(platform)
    needs = {service: _reached(service, direct) for service in direct}
    found: dict[str, set[str]] = defaultdict(set)
    for service, needed in needs.items():
        for other in needed:
            if service not in needs.get(other, set()):
                found[other].add(service)
    return found


def _direct(platform: Platform) -> dict[str, set[str]]:
    owner = {(w.namespace, w.selector): w.service for w in platform.workloads}
    direct: dict[str, set[str]] = defaultdict(set)
    for name, service in platform.spec.services.items():
        direct[name] |= {dependency.partition(":")[0] for dependency in service.depends_on}
    for link in platform.links:
        if isinstance(link.source, Pods):
            source = owner.get((link.source.namespace, link.source.labels))
            if source is not None:
                direct[source].add(link.service)
    return dict(direct)


def _reached(start: str, direct: Mapping[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    todo = [start]
    while todo:
        for name in direct.get(todo.pop(), ()):
            if name not in seen:
                seen.add(name)
                todo.append(name)
    return seen - {start}
