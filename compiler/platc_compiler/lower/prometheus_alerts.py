"""The alerts of a Prometheus server: on its targets, on volumes, and on itself.

The conditions follow the mixin of the Prometheus project.
"""

from __future__ import annotations

from platc_compiler.ir.observability import Alert, RuleTest
from platc_compiler.lower.kind import Context
from platc_compiler.lower.origins import service_origin
from platc_compiler.lower.owner import Owner
from platc_spec.kinds import prometheus as spec


def prometheus_alerts(name: str, service: spec.Prometheus, context: Context) -> tuple[Alert, ...]:
    """Return the alerts of one server."""
    own = Owner("prometheus", service_origin(name), service=name)
    others = Owner("prometheus", service_origin(name))
    return (
        _watchdog(others),
        *(() if _watches_targets(context) else (_target_down(others),)),
        *_own(own),
        *(_notifications(own) if context.notifiers else ()),
        *(_volumes(others) if service.discover.kubelet else ()),
    )


def _watches_targets(context: Context) -> bool:
    """Return whether platform.yaml has an alert of its own on a target that is down."""
    return any("".join(alert.expr.split()) == "up==0" for alert in context.spec.alerts.values())


def _watchdog(owner: Owner) -> Alert:
    # No sample keeps it silent, and it fires on an empty database too.
    return owner.alert(
        "Watchdog", "vector(1)", "info", "Alerts are evaluated and delivered",
        "When this alert no longer arrives, the way from Prometheus to people is cut.",
        RuleTest(fires=(), silent=()),
    )  # fmt: skip


def _target_down(owner: Owner) -> Alert:
    target = 'up{job="kafka",instance="kafka-0:9308"}'
    return owner.alert(
        "TargetDown", "up == 0", "critical", "{{ $labels.job }} does not answer",
        "{{ $labels.instance }} of {{ $labels.job }} has not answered for 2 minutes.",
        RuleTest(((target, "0"),), ((target, "1"),)), minutes=2, liveness=True,
    )  # fmt: skip


def _own(owner: Owner) -> tuple[Alert, ...]:
    job = f'{{job="{owner.service}"}}'
    failing = "0+1x60"
    reloaded = f"prometheus_config_last_reload_successful{job}"
    rules = f"prometheus_rule_evaluation_failures_total{job}"
    compactions = f"prometheus_tsdb_compactions_failed_total{job}"
    reloads = f"prometheus_tsdb_reloads_failures_total{job}"
    missed = f"prometheus_rule_group_iterations_missed_total{job}"
    discovery = f"prometheus_sd_kubernetes_failures_total{job}"
    parts = ("storage_blocks_bytes", "wal_storage_size_bytes", "head_chunks_storage_size_bytes")
    blocks, log, head = (f"prometheus_tsdb_{part}{job}" for part in parts)
    limit = f"prometheus_tsdb_retention_limit_bytes{job}"
    return (
        owner.alert(
            "PrometheusConfigRefused", f"max_over_time({reloaded}[5m]) == 0", "critical",
            "Prometheus could not load its configuration",
            "Prometheus goes on with the configuration that it had before.",
            RuleTest(((reloaded, "0"),), ((reloaded, "1"),)), minutes=10,
        ),
        owner.alert(
            "PrometheusRuleFailures", f"increase({rules}[5m]) > 0", "critical",
            "Prometheus cannot evaluate some rules",
            '{{ printf "%.0f" $value }} evaluations of {{ $labels.rule_group }} failed.',
            RuleTest(((rules, failing),), ((rules, "7"),)), minutes=15,
        ),
        owner.alert(
            "PrometheusRulesTooSlow", f"increase({missed}[5m]) > 0", "warning",
            "Prometheus skips evaluations of rules",
            "{{ $labels.rule_group }} takes longer than its interval.",
            RuleTest(((missed, failing),), ((missed, "7"),)), minutes=15,
        ),
        owner.alert(
            "PrometheusCompactionFailures", f"increase({compactions}[3h]) > 0", "warning",
            "Prometheus cannot compact its blocks",
            '{{ printf "%.0f" $value }} compactions failed in 3 hours: look for a full volume.',
            RuleTest(((compactions, "0+1x240"),), ((compactions, "7"),)), minutes=60,
        ),
        owner.alert(
            "PrometheusReloadFailures", f"increase({reloads}[3h]) > 0", "warning",
            "Prometheus cannot read its blocks",
            '{{ printf "%.0f" $value }} reloads failed in 3 hours: look for a damaged block.',
            RuleTest(((reloads, "0+1x240"),), ((reloads, "7"),)), minutes=60,
        ),
        owner.alert(
            "PrometheusOutgrowsRetention",
            f"({blocks} + {log} + {head}) / ({limit} > 0) > 1.1", "warning",
            "Prometheus stores more than its retention allows",
            "It takes {{ $value | humanizePercentage }} of retention.size, and its volume will be "
            "full: look for blocks that cannot be removed, or too many series for their log.",
            RuleTest(
                ((blocks, "90"), (log, "15"), (head, "6"), (limit, "100")),
                ((blocks, "90"), (log, "15"), (head, "4"), (limit, "100")),
            ), minutes=60,
        ),
        owner.alert(
            "PrometheusDiscoveryFailures", f"increase({discovery}[5m]) > 0", "warning",
            "Prometheus cannot ask the API server for targets",
            "Targets that came or went since are not known.",
            RuleTest(((discovery, failing),), ((discovery, "7"),)), minutes=15,
        ),
    )  # fmt: skip


def _notifications(owner: Owner) -> tuple[Alert, ...]:
    job = f'{{job="{owner.service}"}}'
    length = f"prometheus_notifications_queue_length{job}"
    one = f'{length[:-1]},alertmanager="http://alertmanager:9093/api/v2/alerts"}}'
    capacity = f"prometheus_notifications_queue_capacity{job}"
    known = f"prometheus_notifications_alertmanagers_discovered{job}"
    errors = f"prometheus_notifications_errors_total{job}"
    sent = f"prometheus_notifications_sent_total{job}"
    return (
        owner.alert(
            "PrometheusNotificationQueueFull",
            # There is a queue for each Alertmanager, and one capacity of all.
            f"predict_linear({length}[5m], 1800)"
            f" > on (job, instance) group_left () min_over_time({capacity}[5m])", "warning",
            "Prometheus' queue of notifications will be full within half an hour",
            "Alertmanager takes alerts more slowly than they come.",
            RuleTest(
                ((one, "0+200x60"), (capacity, "10000")), ((one, "3"), (capacity, "10000"))
            ), minutes=15,
        ),
        owner.alert(
            "PrometheusWithoutAlertmanager", f"max_over_time({known}[5m]) < 1", "warning",
            "Prometheus knows no Alertmanager", "Alerts reach nobody.",
            RuleTest(((known, "0"),), ((known, "1"),)), minutes=10,
        ),
        owner.alert(
            "PrometheusNotificationFailures",
            f"rate({errors}[5m]) / rate({sent}[5m]) > 0.01", "warning",
            "Prometheus fails to hand alerts to Alertmanager",
            "{{ $value | humanizePercentage }} of the notifications failed.",
            RuleTest(
                ((errors, "0+1x60"), (sent, "0+10x60")), ((errors, "7"), (sent, "0+10x60"))
            ), minutes=15,
        ),
    )  # fmt: skip


def _volumes(owner: Owner) -> tuple[Alert, ...]:
    labels = '{namespace="monitoring",persistentvolumeclaim="prometheus-data"}'
    free = f"kubelet_volume_stats_available_bytes{labels}"
    size = f"kubelet_volume_stats_capacity_bytes{labels}"
    inodes_free = f"kubelet_volume_stats_inodes_free{labels}"
    inodes = f"kubelet_volume_stats_inodes{labels}"
    ratio = "kubelet_volume_stats_available_bytes / kubelet_volume_stats_capacity_bytes"
    trend = "predict_linear(kubelet_volume_stats_available_bytes[6h], 4 * 24 * 3600) < 0"
    what = "The volume {{ $labels.persistentvolumeclaim }} in {{ $labels.namespace }}"
    return (
        owner.alert(
            "VolumeNearlyFull", f"{ratio} < 0.05", "critical",
            f"{what} is nearly full", "Only {{ $value | humanizePercentage }} of it is free.",
            RuleTest(((free, "4"), (size, "100")), ((free, "5"), (size, "100"))), minutes=5,
        ),
        owner.alert(
            "VolumeFillingUp", f"({ratio} < 0.20) and ({trend})", "warning",
            f"{what} will be full within four days",
            "{{ $value | humanizePercentage }} of it is free, and that shrinks.",
            RuleTest(
                ((free, "18-0.02x480"), (size, "100")), ((free, "18"), (size, "100"))
            ), minutes=60,
        ),
        owner.alert(
            "VolumeWithoutInodes",
            "kubelet_volume_stats_inodes_free / kubelet_volume_stats_inodes < 0.05", "critical",
            f"{what} has hardly a file left",
            "Only {{ $value | humanizePercentage }} of its inodes are free.",
            RuleTest(((inodes_free, "4"), (inodes, "100")), ((inodes_free, "5"), (inodes, "100"))),
            minutes=5,
        ),
    )  # fmt: skip
