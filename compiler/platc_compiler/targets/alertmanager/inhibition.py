"""Inhibition rules: a critical alert silences the lesser alerts that follow from it.

Critical alerts are never silenced, nor are alerts that report a missing or stopped service.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from platc_compiler.ir.network import Offer, Pods
from platc_compiler.ir.platform import Platform
from platc_compiler.ir.workloads import Controller, Deployment, StatefulSet, Workload
from platc_compiler.monitoring.liveness import is_about_a_target
from platc_compiler.targets.alertmanager.strongly_connected import strongly_connected
from platc_compiler.templating.templates import Templates

_WHOLE = frozenset({"TargetAbsent", "ServiceDown"})
_SAME: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("service", ("service", "namespace", "instance")),
    ("slo", ("slo",)),
    ("persistentvolumeclaim", ("namespace", "persistentvolumeclaim")),
)
"""The labels in which a critical alert and a lesser one must agree, by the label that identifies
their subject. That label must be present: Alertmanager treats two missing labels as equal."""


class _Need(Struct, frozen=True):
    """A service connects to a port of another one; ``None`` is the default port."""

    dependent: str
    service: str
    port: str | None


def inhibitions(platform: Platform, templates: Templates) -> Iterator[dict[str, Any]]:
    """Yield the rules: by severity, and along ``depends_on``."""
    spared = "|".join(sorted(_lesser_liveness(platform)))
    for subject, equal in _SAME:
        yield templates.data(
            "alertmanager/inhibit-severity.yaml.j2",
            subject=subject, equal=list(equal), spared=spared,
        )  # fmt: skip
    needs = _needs(platform)
    for source, dependents in (*_by_scrape(platform, needs), *_by_controller(platform, needs)):
        yield templates.data(
            "alertmanager/inhibit-dependents.yaml.j2",
            source=source, dependents="|".join(sorted(dependents)), spared=spared,
        )  # fmt: skip


def _lesser_liveness(platform: Platform) -> Iterator[str]:
    """Yield the alerts that are never silenced although they are not critical."""
    for alert in platform.alerts:
        if alert.severity != "critical" and (alert.liveness or is_about_a_target(alert)):
            yield alert.name


_Source = tuple[list[str], set[str]]
"""Matchers of alerts, and the services whose lesser alerts they silence."""


def _by_scrape(platform: Platform, needs: set[_Need]) -> Iterator[_Source]:
    """Yield the alerts of Prometheus itself that the targets of a service are down."""
    several = {job.service: job.has_several_targets for job in platform.scrapes if job.service}
    whole = [alert.name for alert in platform.alerts if alert.name in _WHOLE]
    target = [alert.name for alert in platform.alerts if is_about_a_target(alert)]
    dependents: dict[str, set[str]] = defaultdict(set)
    for need in needs:
        dependents[need.service].add(need.dependent)
    for service, names in sorted(dependents.items()):
        if service not in several:
            continue
        # When one of three brokers is down, the service is not down.
        down = sorted(set(whole) if several[service] else {*whole, *target})
        if down:
            yield [_one_of("alertname", down), f'service="{service}"'], names


def _by_controller(platform: Platform, needs: set[_Need]) -> Iterator[_Source]:
    """Yield the alerts of kube-state-metrics that the only pod behind a needed port is not ready.

    They also cover services without metrics of their own, such as most databases.
    """
    told = {alert.name for alert in platform.alerts}
    workloads = {(w.namespace, w.selector): w for w in platform.workloads}
    offers = _offers(platform)
    dependents: dict[str, set[str]] = defaultdict(set)
    found: dict[str, Workload] = {}
    for need in needs:
        offer = offers.get((need.service, need.port))
        if offer is not None and isinstance(offer.endpoint, Pods):
            workload = workloads.get((offer.endpoint.namespace, offer.endpoint.labels))
            if workload is not None and _has_one_pod(workload.controller):
                place = f"{workload.service}/{workload.namespace}/{workload.name}"
                found[place] = workload
                dependents[place].add(need.dependent)
    for place, workload in sorted(found.items()):
        kind = type(workload.controller).__name__
        alert = f"{kind}Incomplete"
        if alert in told:
            matchers = [
                f'alertname="{alert}"', f'service="{workload.service}"',
                f'namespace="{workload.namespace}"', f'{kind.lower()}="{workload.name}"',
            ]  # fmt: skip
            yield matchers, dependents[place]


def _has_one_pod(controller: Controller) -> bool:
    return isinstance(controller, (Deployment, StatefulSet)) and controller.replicas == 1


def _offers(platform: Platform) -> dict[tuple[str, str | None], Offer]:
    offers: dict[tuple[str, str | None], Offer] = {}
    for offer in platform.offers:
        offers.setdefault((offer.service, None), offer)
        offers[offer.service, offer.port] = offer
    return offers


def _one_of(label: str, values: list[str]) -> str:
    return f'{label}=~"{"|".join(values)}"'


def _needs(platform: Platform) -> set[_Need]:
    """Return the direct dependencies; along a chain, each failed service silences the next one.

    Dependencies within a cycle are left out: each service would silence the other, and no alert
    would be sent.
    """
    stated = _stated(platform)
    direct: dict[str, set[str]] = {name: set() for name in platform.spec.services}
    for need in stated:
        direct[need.dependent].add(need.service)
    component = strongly_connected(direct)
    return {need for need in stated if component.get(need.service) != component[need.dependent]}


def _stated(platform: Platform) -> set[_Need]:
    found = set()
    for name, service in platform.spec.services.items():
        for dependency in service.depends_on:
            other, _, port = dependency.partition(":")
            found.add(_Need(name, other, port or None))
    owner = {(w.namespace, w.selector): w.service for w in platform.workloads}
    for link in platform.links:
        if isinstance(link.source, Pods):
            source = owner.get((link.source.namespace, link.source.labels))
            if source is not None:
                found.add(_Need(source, link.service, link.port))
    return found
