"""Alerts that tell of the end of a service: of its targets, or of its pods."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from platc_compiler.expressions.promql import PromqlError, Selector, parse, selectors
from platc_compiler.expressions.results import matches
from platc_compiler.ir.observability import Alert

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


def is_about_a_target(alert: Alert) -> bool:
    """Return whether an alert only says that a target is down or missing."""
    return bool(_DOWN.fullmatch("".join(alert.expr.split())))


def endings(alerts: Iterable[Alert]) -> tuple[Ending, ...]:
    """Return the selectors of alerts on targets, probes and the state of pods."""
    return tuple(_endings(alerts))


def _endings(alerts: Iterable[Alert]) -> Iterator[Ending]:
    for alert in alerts:
        about = alert.liveness or is_about_a_target(alert)
        if not about and not any(name in alert.expr for name in (*STATES, "probe_success")):
            continue
        try:
            found = tuple(selectors(parse(alert.expr)))
        except PromqlError:
            continue
        for selector in found:
            name = selector.name
            if name in STATES or name == "probe_success" or (about and name == "up"):
                yield Ending(alert, selector)


def tells_of(ending: Ending, name: str, labels: Mapping[str, str]) -> bool:
    """Return whether an alert reads the series of a metric with these labels.

    A matcher of a label that is not given leaves it open: the series may have the value.
    """
    return ending.selector.name == name and all(
        label not in labels or matches(operator, value, labels[label])
        for label, operator, value in ending.selector.matchers
    )
