"""Inhibition: alerts that follow from another one are not told beside it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from platc_compiler.ir.network import Pods
from platc_compiler.ir.observability import Alert
from platc_compiler.ir.platform import Platform
from platc_compiler.rings import rings
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
    several = {job.service: job.has_several_targets for job in platform.scrapes if job.service}
    whole = [alert.name for alert in platform.alerts if alert.name in _WHOLE]
    target = [alert.name for alert in platform.alerts if _is_about_a_target(alert)]
    for service, dependents in sorted(_dependents(platform).items()):
        if service not in several:
            continue
        # One of three brokers down is not the service down.
        down = sorted(whole if several[service] else {*whole, *target})
        if down:
            yield templates.data(
                "alertmanager/inhibit-dependents.yaml.j2",
                alerts="|".join(down), service=service, dependents="|".join(sorted(dependents)),
            )  # fmt: skip


def _is_about_a_target(alert: Alert) -> bool:
    return bool(_DOWN.fullmatch("".join(alert.expr.split())))


def _dependents(platform: Platform) -> dict[str, set[str]]:
    """Return who depends on a service directly; what is down itself silences the next.

    Services that depend on each other, over any number of steps, are left out: each would silence
    the other, and nobody would be told.
    """
    direct = _direct(platform)
    ring = rings(direct)
    found: dict[str, set[str]] = defaultdict(set)
    for service, needed in direct.items():
        for other in needed:
            if ring.get(other) != ring[service]:
                found[other].add(service)
    return found


def _direct(platform: Platform) -> dict[str, set[str]]:
    owner = {(w.namespace, w.selector): w.service for w in platform.workloads}
    direct: dict[str, set[str]] = {
        name: {dependency.partition(":")[0] for dependency in service.depends_on}
        for name, service in platform.spec.services.items()
    }
    for link in platform.links:
        if isinstance(link.source, Pods):
            source = owner.get((link.source.namespace, link.source.labels))
            if source is not None:
                direct[source].add(link.service)
    return direct
