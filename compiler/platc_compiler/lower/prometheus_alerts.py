"""The alerts of a Prometheus server: on its targets, on volumes, and on itself.

Conditions follow the mixin that the Prometheus project publishes for itself.
"""

from __future__ import annotations

from datetime import timedelta

from platc_compiler.ir.observability import Alert, RuleTest, Severity
from platc_compiler.lower import common
from platc_spec.kinds import prometheus as spec
from platc_spec.platform import Spec


def prometheus_alerts(name: str, service: spec.Prometheus, platform: Spec) -> tuple[Alert, ...]:
    """Return the alerts of one server."""
    notifies = any(s.kind == "alertmanager" for s in platform.services.values())
    return (
        _watchdog(name),
        *(() if _watches_targets(platform) else (_target_down(name),)),
        *_own(name),
        *(_notifications(name) if notifies else ()),
        *(_volumes(name) if service.discover.kubelet else ()),
    )


def _watches_targets(platform: Spec) -> bool:
    """Whether platform.yaml has an alert of its own for a target that is down."""
    return any("".join(alert.expr.split()) == "up==0" for alert in platform.alerts.values())


def _alert(  # noqa: PLR0913 - each is a part of a rule
    name: str, title: str, expr: str, minutes: int, severity: Severity,
    summary: str, description: str, test: RuleTest, service: str | None = None,
) -> Alert:  # fmt: skip
    return Alert(
        name=title, expr=expr, group="prometheus", severity=severity,
        lasting=timedelta(minutes=minutes), summary=summary, description=description,
        service=name if service is None else service, test=test, origin=common.origin(name),
    )  # fmt: skip


def _watchdog(name: str) -> Alert:
    # There is no sample with which it is silent; an empty database must make it fire too.
    return _alert(
        name, "Watchdog", "vector(1)", 0, "info", "Alerts are evaluated and delivered",
        "This alert always fires. When it no longer arrives, the way from Prometheus to people is cut.",
        RuleTest(fires=(), silent=()), service="",
    )  # fmt: skip


def _target_down(name: str) -> Alert:
    target = 'up{job="kafka",instance="kafka-0:9308"}'
    return _alert(
        name, "TargetDown", "up == 0", 2, "critical", "{{ $labels.job }} does not answer",
        "{{ $labels.instance }} of the job {{ $labels.job }} has not answered Prometheus for 2 minutes.",
        RuleTest(((target, "0"),), ((target, "1"),)), service="",
    )  # fmt: skip


def _own(name: str) -> tuple[Alert, ...]:
    job = f'{{job="{name}"}}'
    failing = "0+1x60"
    reloaded = f"prometheus_config_last_reload_successful{job}"
    rules = f"prometheus_rule_evaluation_failures_total{job}"
    compactions = f"prometheus_tsdb_compactions_failed_total{job}"
    reloads = f"prometheus_tsdb_reloads_failures_total{job}"
    missed = f"prometheus_rule_group_iterations_missed_total{job}"
    discovery = f"prometheus_sd_kubernetes_failures_total{job}"
    return (
        _alert(
            name, "PrometheusConfigRefused", f"max_over_time({reloaded}[5m]) == 0", 10, "critical",
            "Prometheus could not load its configuration",
            "Prometheus goes on with the configuration that it had before.",
            RuleTest(((reloaded, "0"),), ((reloaded, "1"),)),
        ),
        _alert(
            name, "PrometheusRuleFailures", f"increase({rules}[5m]) > 0", 15, "critical",
            "Prometheus cannot evaluate some rules",
            "{{ printf \"%.0f\" $value }} evaluations of {{ $labels.rule_group }} failed in 5 minutes.",
            RuleTest(((rules, failing),), ((rules, "7"),)),
        ),
        _alert(
            name, "PrometheusRulesTooSlow", f"increase({missed}[5m]) > 0", 15, "warning",
            "Prometheus skips evaluations of rules",
            "{{ $labels.rule_group }} takes longer than its interval.",
            RuleTest(((missed, failing),), ((missed, "7"),)),
        ),
        _alert(
            name, "PrometheusCompactionFailures", f"increase({compactions}[3h]) > 0", 60, "warning",
            "Prometheus cannot compact its blocks",
            "{{ printf \"%.0f\" $value }} compactions failed in 3 hours: look for a full volume.",
            RuleTest(((compactions, "0+1x240"),), ((compactions, "7"),)),
        ),
        _alert(
            name, "PrometheusReloadFailures", f"increase({reloads}[3h]) > 0", 60, "warning",
            "Prometheus cannot read its blocks",
            "{{ printf \"%.0f\" $value }} reloads of blocks failed in 3 hours: look for a damaged block.",
            RuleTest(((reloads, "0+1x240"),), ((reloads, "7"),)),
        ),
        _alert(
            name, "PrometheusDiscoveryFailures", f"increase({discovery}[5m]) > 0", 15, "warning",
            "Prometheus cannot ask the API server for targets",
            "Targets that came or went since are not known.",
            RuleTest(((discovery, failing),), ((discovery, "7"),)),
        ),
    )  # fmt: skip


def _notifications(name: str) -> tuple[Alert, ...]:
    job = f'{{job="{name}"}}'
    length = f"prometheus_notifications_queue_length{job}"
    capacity = f"prometheus_notifications_queue_capacity{job}"
    known = f"prometheus_notifications_alertmanagers_discovered{job}"
    errors = f"prometheus_notifications_errors_total{job}"
    sent = f"prometheus_notifications_sent_total{job}"
    return (
        _alert(
            name, "PrometheusNotificationQueueFull",
            f"predict_linear({length}[5m], 1800) > min_over_time({capacity}[5m])", 15, "warning",
            "Prometheus' queue of notifications will be full within half an hour",
            "Alertmanager takes alerts more slowly than they come.",
            RuleTest(
                ((length, "0+200x60"), (capacity, "10000")), ((length, "3"), (capacity, "10000"))
            ),
        ),
        _alert(
            name, "PrometheusWithoutAlertmanager", f"max_over_time({known}[5m]) < 1", 10, "warning",
            "Prometheus knows no Alertmanager", "Alerts reach nobody.",
            RuleTest(((known, "0"),), ((known, "1"),)),
        ),
        _alert(
            name, "PrometheusNotificationFailures",
            f"rate({errors}[5m]) / rate({sent}[5m]) > 0.01", 15, "warning",
            "Prometheus fails to hand alerts to Alertmanager",
            "{{ $value | humanizePercentage }} of the notifications failed.",
            RuleTest(
                ((errors, "0+1x60"), (sent, "0+10x60")), ((errors, "7"), (sent, "0+10x60"))
            ),
        ),
    )  # fmt: skip


def _volumes(name: str) -> tuple[Alert, ...]:
    labels = '{namespace="monitoring",persistentvolumeclaim="prometheus-data"}'
    free = f"kubelet_volume_stats_available_bytes{labels}"
    size = f"kubelet_volume_stats_capacity_bytes{labels}"
    inodes_free = f"kubelet_volume_stats_inodes_free{labels}"
    inodes = f"kubelet_volume_stats_inodes{labels}"
    ratio = "kubelet_volume_stats_available_bytes / kubelet_volume_stats_capacity_bytes"
    trend = "predict_linear(kubelet_volume_stats_available_bytes[6h], 4 * 24 * 3600) < 0"
    what = "The volume {{ $labels.persistentvolumeclaim }} in {{ $labels.namespace }}"
    return (
        _alert(
            name, "VolumeNearlyFull", f"{ratio} < 0.05", 5, "critical",
            f"{what} is nearly full", "Only {{ $value | humanizePercentage }} of it is free.",
            RuleTest(((free, "4"), (size, "100")), ((free, "5"), (size, "100"))), service="",
        ),
        _alert(
            name, "VolumeFillingUp", f"({ratio} < 0.20) and ({trend})", 60, "warning",
            f"{what} will be full within four days",
            "{{ $value | humanizePercentage }} of it is free, and that shrinks.",
            RuleTest(
                ((free, "18-0.02x480"), (size, "100")), ((free, "18"), (size, "100"))
            ),
            service="",
        ),
        _alert(
            name, "VolumeWithoutInodes",
            "kubelet_volume_stats_inodes_free / kubelet_volume_stats_inodes < 0.05", 5, "critical",
            f"{what} has hardly a file left",
            "Only {{ $value | humanizePercentage }} of its inodes are free.",
            RuleTest(((inodes_free, "4"), (inodes, "100")), ((inodes_free, "5"), (inodes, "100"))),
            service="",
        ),
    )  # fmt: skip
