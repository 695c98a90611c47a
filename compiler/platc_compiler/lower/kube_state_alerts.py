"""Alerts on the state of Kubernetes' objects, as kube-state-metrics tells it.

Aggregations keep the labels that people need and drop those of the exporter's own pod.
"""

from __future__ import annotations

from datetime import timedelta

from platc_compiler.ir.observability import Alert, RuleTest, Severity
from platc_compiler.lower import common


def kube_state_alerts(name: str) -> tuple[Alert, ...]:
    """Return the alerts that one exporter makes possible."""
    return (*_pods(name), *_replicas(name), *_jobs(name), *_nodes(name))


def _alert(  # noqa: PLR0913 - each is a part of a rule
    name: str, title: str, expr: str, minutes: int, severity: Severity,
    summary: str, description: str, test: RuleTest,
) -> Alert:  # fmt: skip
    return Alert(
        name=title, expr=expr, group="kubernetes", severity=severity,
        lasting=timedelta(minutes=minutes), summary=summary, description=description, test=test,
        origin=common.origin(name),
    )  # fmt: skip


def _pods(name: str) -> tuple[Alert, ...]:
    pod = 'namespace="airflow",pod="airflow-scheduler-0"'
    restarts = f'kube_pod_container_status_restarts_total{{{pod},container="scheduler"}}'
    killed = (
        f'kube_pod_container_status_last_terminated_reason{{{pod},container="scheduler",'
        'reason="OOMKilled"}'
    )
    pending = f'kube_pod_status_phase{{{pod},phase="Pending"}}'
    waiting = (
        f'kube_pod_container_status_waiting_reason{{{pod},container="scheduler",'
        'reason="ImagePullBackOff"}'
    )
    by_container = "by (namespace, pod, container)"
    oom = (
        f"sum {by_container} (increase(kube_pod_container_status_restarts_total[10m])) > 0 and "
        f"max {by_container} "
        '(kube_pod_container_status_last_terminated_reason{reason="OOMKilled"}) == 1'
    )
    where = "{{ $labels.namespace }}/{{ $labels.pod }}"
    return (
        _alert(
            name, "ContainerRestarting",
            f"sum {by_container} (increase(kube_pod_container_status_restarts_total[30m])) > 3",
            5, "warning", f"{where} restarts again and again",
            "The container {{ $labels.container }} was restarted "
            "{{ printf \"%.0f\" $value }} times in half an hour.",
            RuleTest(((restarts, "0+1x120"),), ((restarts, "5"),)),
        ),
        _alert(
            name, "ContainerOutOfMemory", oom, 0, "warning", f"{where} was killed for its memory",
            "The container {{ $labels.container }} used more than its limit: raise it, or find the leak.",
            RuleTest(((restarts, "0+1x60"), (killed, "1")), ((restarts, "0+1x60"), (killed, "0"))),
        ),
        _alert(
            name, "PodNotRunning",
            'sum by (namespace, pod) (kube_pod_status_phase{phase=~"Pending|Unknown"}) > 0',
            15, "warning", f"{where} does not run",
            "It has been pending for a quarter of an hour: look at its events.",
            RuleTest(((pending, "1"),), ((pending, "0"),)),
        ),
        _alert(
            name, "ContainerCannotStart",
            'sum by (namespace, pod, container, reason) (kube_pod_container_status_waiting_reason'
            '{reason!="ContainerCreating"}) > 0',
            10, "warning", f"{where} cannot start: {{{{ $labels.reason }}}}",
            "The container {{ $labels.container }} has been waiting for 10 minutes.",
            RuleTest(((waiting, "1"),), ((waiting, "0"),)),
        ),
    )  # fmt: skip


def _replicas(name: str) -> tuple[Alert, ...]:
    found = []
    for kind, wanted, ready in (
        ("Deployment", "kube_deployment_spec_replicas", "kube_deployment_status_replicas_available"),
        ("StatefulSet", "kube_statefulset_replicas", "kube_statefulset_status_replicas_ready"),
        ("DaemonSet", "kube_daemonset_status_desired_number_scheduled",
         "kube_daemonset_status_number_ready"),
    ):  # fmt: skip
        label = kind.lower()
        labels = f'{{namespace="monitoring",{label}="x"}}'
        by = f"by (namespace, {label})"
        alert = _alert(
            name, f"{kind}Incomplete", f"sum {by} ({wanted}) > sum {by} ({ready})", 15, "critical",
            f"{{{{ $labels.namespace }}}}/{{{{ $labels.{label} }}}} lacks pods",
            f"The {kind} has had fewer ready pods than it wants for a quarter of an hour.",
            RuleTest(
                ((f"{wanted}{labels}", "1"), (f"{ready}{labels}", "0")),
                ((f"{wanted}{labels}", "1"), (f"{ready}{labels}", "1")),
            ),
        )  # fmt: skip
        found.append(alert)
    return tuple(found)


def _jobs(name: str) -> tuple[Alert, ...]:
    job = 'kube_job_failed{namespace="data-pipeline",job_name="x-29",condition="true"}'
    return (
        _alert(
            name, "JobFailed",
            'max by (namespace, job_name) (kube_job_failed{condition="true"}) > 0', 1, "critical",
            "{{ $labels.namespace }}/{{ $labels.job_name }} failed",
            "The job has used up its attempts: read the logs of its pods.",
            RuleTest(((job, "1"),), ((job, "0"),)),
        ),
    )  # fmt: skip


def _nodes(name: str) -> tuple[Alert, ...]:
    ready = 'kube_node_status_condition{node="node-1",condition="Ready",status="true"}'
    pressure = 'kube_node_status_condition{node="node-1",condition="MemoryPressure",status="true"}'
    return (
        _alert(
            name, "NodeNotReady",
            'max by (node) (kube_node_status_condition{condition="Ready",status="true"}) == 0',
            5, "critical", "{{ $labels.node }} is not ready",
            "The kubelet has not reported for 5 minutes, or reports a fault.",
            RuleTest(((ready, "0"),), ((ready, "1"),)),
        ),
        _alert(
            name, "NodeUnderPressure",
            "max by (node, condition) (kube_node_status_condition"
            '{condition=~"MemoryPressure|DiskPressure|PIDPressure",status="true"}) == 1',
            2, "warning", "{{ $labels.node }} is under {{ $labels.condition }}",
            "The kubelet evicts pods, or soon will.",
            RuleTest(((pressure, "1"),), ((pressure, "0"),)),
        ),
    )  # fmt: skip
