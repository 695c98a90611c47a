"""Alerts that tell of the end of a service: of its targets, or of its pods."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from msgspec import Struct

from platc_compiler.expressions.known_series import known_series
from platc_compiler.expressions.label_names import LabelNames
from platc_compiler.expressions.promql import PromqlError, Selector, parse, selectors
from platc_compiler.expressions.results import matches, results
from platc_compiler.ir.observability import Alert
from platc_compiler.ir.platform import Platform

_DOWN = re.compile(r"up(\{[^}]*\})?==0|absent\(up(\{[^}]*\})?\)")
STATES = {
    "kube_deployment_status_replicas_available": "deployment",
    "kube_deployment_status_replicas_unavailable": "deployment",
    "kube_statefulset_status_replicas_ready": "statefulset",
    "kube_daemonset_status_number_ready": "daemonset",
    "kube_daemonset_status_number_unavailable": "daemonset",
    "kube_job_failed": "job_name",
    "kube_job_status_failed": "job_name",
}
"""Metrics of kube-state-metrics that show the end of pods, and the label that names the object."""


class Ending(Struct, frozen=True):
    """A selector of an alert that tells of an end, and the alert."""

    alert: Alert
    selector: Selector
    labels: LabelNames
    """The labels that the result of its expression may have."""


def is_about_a_target(alert: Alert) -> bool:
    """Return whether an alert only says that a target is down or missing."""
    return bool(_DOWN.fullmatch("".join(alert.expr.split())))


def endings(platform: Platform) -> tuple[Ending, ...]:
    """Return the selectors of alerts on targets, probes and the state of pods."""
    return tuple(_endings(platform))


def _endings(platform: Platform) -> Iterator[Ending]:
    series = known_series(platform)
    for alert in platform.alerts:
        about = alert.liveness or is_about_a_target(alert)
        if not about and not any(name in alert.expr for name in (*STATES, "probe_success")):
            continue
        try:
            expression = parse(alert.expr)
        except PromqlError:
            continue
        labels = results(expression, series.samples)[0].may
        for selector in selectors(expression):
            name = selector.name
            if name in STATES or name == "probe_success" or (about and name == "up"):
                yield Ending(alert, selector, labels)


def tells_of(ending: Ending, name: str, labels: Mapping[str, str]) -> bool:
    """Return whether an alert reads the series of a metric with these labels.

    A matcher of a label that is not given leaves it open: the series may have the value.
    """
    return ending.selector.name == name and all(
        label not in labels or matches(operator, value, labels[label])
        for label, operator, value in ending.selector.matchers
    )
