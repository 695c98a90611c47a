"""The API server's rules of workload controllers.

Source: pkg/apis/apps/validation, pkg/apis/batch/validation, pkg/apis/policy/validation,
pkg/apis/autoscaling/validation.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.admission.rules import names
from platc_compiler.admission.rules.node import Finding, Node
from platc_compiler.admission.rules.pods import pod_of
from platc_compiler.admission.rules.quantities import positive
from platc_compiler.admission.rules.selectors import matches, selector
from platc_compiler.admission.rules.values import (
    at_least,
    between,
    count_or_percent,
    named,
    one_of,
    percent,
    required_name,
    required_one_of,
)

COUNTS = (
    "replicas",
    "minReadySeconds",
    "revisionHistoryLimit",
    "progressDeadlineSeconds",
)
DEFAULT_DEADLINE = 600
METRICS = {
    "Resource": "resource",
    "ContainerResource": "containerResource",
    "Pods": "pods",
    "Object": "object",
    "External": "external",
}
LONGEST_WINDOW = 3600
LONGEST_PERIOD = 1800


def selects_its_pods(manifest: Node) -> Iterator[Finding]:
    """The selector is not empty and matches the labels of the template."""
    wanted, pod = manifest.at("spec", "selector"), pod_of(manifest)
    yield from selector(wanted)
    if not wanted.at("matchLabels").value and not wanted.at("matchExpressions").value:
        yield wanted.wrong("must not be empty")
    elif not matches(wanted, pod.at("metadata", "labels").strings):
        yield pod.at("metadata", "labels").wrong("does not match the selector of the object")


def always_restarts(manifest: Node) -> Iterator[Finding]:
    """Pods of these controllers restart always and have no deadline."""
    spec = pod_of(manifest).at("spec")
    if spec.at("restartPolicy").text not in {None, "Always"}:
        yield spec.at("restartPolicy").wrong("must be 'Always' for a workload that keeps running")
    if spec.at("activeDeadlineSeconds").is_set:
        yield spec.at("activeDeadlineSeconds").wrong("must not be given for such a workload")


def counts(manifest: Node) -> Iterator[Finding]:
    """Counts and delays are not negative; the deadline is longer than `minReadySeconds`."""
    spec = manifest.at("spec")
    for key in COUNTS:
        yield from at_least(spec.at(key), 0)
    ready, deadline = spec.at("minReadySeconds").number or 0, spec.at("progressDeadlineSeconds")
    latest = DEFAULT_DEADLINE if deadline.number is None else deadline.number
    if manifest.at("kind").value == "Deployment" and latest <= ready:
        yield deadline.wrong(f"must be above minReadySeconds, {ready}, is {latest}")


def deployment_strategy(manifest: Node) -> Iterator[Finding]:
    """A rolling update of a Deployment can proceed: its two numbers are not both 0."""
    strategy = manifest.at("spec", "strategy")
    yield from one_of(strategy.at("type"), ("RollingUpdate", "Recreate"))
    rolling = strategy.at("rollingUpdate")
    if strategy.at("type").value == "Recreate":
        if rolling.is_set:
            yield rolling.wrong("must not be given with the type Recreate")
        return
    surge, unavailable = rolling.at("maxSurge"), rolling.at("maxUnavailable")
    yield from count_or_percent(surge)
    yield from count_or_percent(unavailable, most=100)
    if _is_zero(surge) and _is_zero(unavailable):
        yield unavailable.wrong("must not be 0 while maxSurge is 0")


def daemon_set_strategy(manifest: Node) -> Iterator[Finding]:
    """In a rolling update of a DaemonSet, exactly one of the two numbers is above 0."""
    strategy = manifest.at("spec", "updateStrategy")
    yield from one_of(strategy.at("type"), ("RollingUpdate", "OnDelete"))
    surge = strategy.at("rollingUpdate", "maxSurge")
    unavailable = strategy.at("rollingUpdate", "maxUnavailable")
    for number in (surge, unavailable):
        yield from count_or_percent(number, most=100)
    if strategy.at("type").value == "OnDelete":
        return
    surges = surge.is_set and not _is_zero(surge)
    lacks = not _is_zero(unavailable)
    if surges and lacks:
        yield surge.wrong("must be 0 unless maxUnavailable is 0 (which is 1 by default)")
    elif not surges and not lacks:
        yield unavailable.wrong("must not be 0 while maxSurge is 0")


def stateful_set(manifest: Node) -> Iterator[Finding]:
    """The strategy, the policies and the service of a StatefulSet are valid."""
    spec = manifest.at("spec")
    strategy = spec.at("updateStrategy")
    yield from one_of(spec.at("podManagementPolicy"), ("OrderedReady", "Parallel"))
    yield from one_of(strategy.at("type"), ("RollingUpdate", "OnDelete"))
    rolling = strategy.at("rollingUpdate")
    if strategy.at("type").value == "OnDelete" and rolling.is_set:
        yield rolling.wrong("must not be given with the type OnDelete")
    yield from at_least(rolling.at("partition"), 0)
    yield from count_or_percent(rolling.at("maxUnavailable"), most=100)
    if rolling.at("maxUnavailable").is_set and _is_zero(rolling.at("maxUnavailable")):
        yield rolling.at("maxUnavailable").wrong("must not be 0")
    for key in ("whenDeleted", "whenScaled"):
        kept = spec.at("persistentVolumeClaimRetentionPolicy", key)
        yield from one_of(kept, ("Retain", "Delete"))
    yield from named(spec.at("serviceName"), names.label)


def _is_zero(node: Node) -> bool:
    return node.value == 0 or percent(node) == 0


def budget(manifest: Node) -> Iterator[Finding]:
    """A PodDisruptionBudget states either the minimum available or the maximum unavailable."""
    spec = manifest.at("spec")
    low, high = spec.at("minAvailable"), spec.at("maxUnavailable")
    if low.is_set and high.is_set:
        yield high.wrong("must not be given beside 'minAvailable'")
    for node in (low, high):
        yield from count_or_percent(node, most=100)
    yield from selector(spec.at("selector"))
    yield from one_of(spec.at("unhealthyPodEvictionPolicy"), ("IfHealthyBudget", "AlwaysAllow"))


def autoscaler(manifest: Node) -> Iterator[Finding]:
    """A HorizontalPodAutoscaler names an existing target, and its minimum is below its maximum."""
    spec = manifest.at("spec")
    smallest, largest = spec.at("minReplicas"), spec.at("maxReplicas")
    yield from at_least(smallest, 0)
    yield from at_least(largest, 1)
    if (largest.number or 1) < (1 if smallest.number is None else smallest.number):
        yield largest.wrong(f"must be at least minReplicas, {smallest.value}, is {largest.value}")
    for key in ("kind", "name"):
        yield from required_name(spec.at("scaleTargetRef", key), names.path_segment)
    group, slash, _ = (spec.at("scaleTargetRef", "apiVersion").text or "").rpartition("/")
    if not slash or names.subdomain(group):
        yield spec.at("scaleTargetRef", "apiVersion").wrong("must be GROUP/VERSION such as apps/v1")
    for metric in spec.each("metrics"):
        yield from _metric(metric)
    kinds = {metric.at("type").text for metric in spec.each("metrics")}
    if smallest.value == 0 and smallest.number is not None and not kinds & {"Object", "External"}:
        yield smallest.wrong("must be at least 1 without an Object or External metric")
    for key in ("scaleUp", "scaleDown"):
        yield from _scaling(spec.at("behavior", key))


def _metric(metric: Node) -> Iterator[Finding]:
    kind = metric.at("type")
    yield from required_one_of(kind, tuple(METRICS))
    source = metric.at(METRICS.get(kind.text or "", ""))
    if kind.text in METRICS and not source.is_set:
        yield metric.wrong(f"needs '{METRICS[kind.text]}' for the type {kind.text}")
    if not source.is_set:
        return
    target = source.at("target")
    yield from required_one_of(target.at("type"), ("Utilization", "Value", "AverageValue"))
    yield from at_least(target.at("averageUtilization"), 1)
    for key in ("value", "averageValue"):
        yield from positive(target.at(key))
    given = [key for key in ("averageUtilization", "averageValue") if target.at(key).is_set]
    if kind.text in {"Resource", "ContainerResource"}:
        if source.at("name").text is None:
            yield source.at("name").wrong("must not be empty")
        if len(given) != 1:
            yield target.wrong("needs either 'averageUtilization' or 'averageValue'")


def _scaling(rules: Node) -> Iterator[Finding]:
    yield from between(rules.at("stabilizationWindowSeconds"), 0, LONGEST_WINDOW)
    yield from one_of(rules.at("selectPolicy"), ("Max", "Min", "Disabled"))
    for policy in rules.each("policies"):
        yield from one_of(policy.at("type"), ("Pods", "Percent"))
        yield from at_least(policy.at("value"), 1)
        yield from between(policy.at("periodSeconds"), 1, LONGEST_PERIOD)
