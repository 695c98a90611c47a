"""Alerts on the state of Kubernetes objects, from the metrics of kube-state-metrics.

Aggregations keep the labels that people need and drop those of the exporter itself.
"""

from __future__ import annotations

from platc_compiler.ir.observability import Alert, Recording, RuleTest
from platc_compiler.lower.origins import service_origin
from platc_compiler.lower.owner import Owner

_GROUP = "kubernetes"
LABELLED = ("daemonset", "deployment", "pod", "statefulset")
"""The kinds of objects whose service is recorded."""


def services(name: str) -> tuple[Recording, ...]:
    """Return recordings with a series for each object, whose label ``service`` names its service.

    Alerts take the label ``service`` from it, for inhibition along ``depends_on``. The series of an
    object of no service has no such label.
    """
    return tuple(
        Recording(
            name=_service(kind), group=_GROUP, origin=service_origin(name),
            expr=(
                f"max by (namespace, {kind}, service) (label_replace(kube_{kind}_labels, "
                '"service", "$1", "label_app_kubernetes_io_instance", "(.+)"))'
            ),
        )
        for kind in LABELLED
    )  # fmt: skip


def _service(kind: str) -> str:
    return f"namespace_{kind}:kube_{kind}_labels:service"


def kube_state_alerts(name: str) -> tuple[Alert, ...]:
    """Return the alerts that use the metrics of one exporter."""
    owner = Owner(_GROUP, service_origin(name))
    return (*_pods(owner), *_replicas(owner), *_jobs(owner), *_nodes(owner))


def _pods(owner: Owner) -> tuple[Alert, ...]:
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
    labels = (f'kube_pod_labels{{{pod},label_app_kubernetes_io_instance="airflow"}}', "1")
    by_container = "by (namespace, pod, container)"
    oom = (
        f"sum {by_container} (increase(kube_pod_container_status_restarts_total[10m])) > 0 and "
        f"max {by_container} "
        '(kube_pod_container_status_last_terminated_reason{reason="OOMKilled"}) == 1'
    )
    where = "{{ $labels.namespace }}/{{ $labels.pod }}"
    return (
        owner.alert(
            "ContainerRestarting",
            _of_service(
                f"sum {by_container} (increase(kube_pod_container_status_restarts_total[30m])) > 3"
            ),
            "warning", f"{where} restarts again and again",
            "The container {{ $labels.container }} was restarted "
            '{{ printf "%.0f" $value }} times in half an hour.',
            RuleTest((labels, (restarts, "0+1x120")), (labels, (restarts, "5"))), minutes=5,
        ),
        owner.alert(
            "ContainerOutOfMemory", _of_service(oom), "warning",
            f"{where} was killed for its memory",
            "{{ $labels.container }} used more than its limit: raise it or find the leak.",
            RuleTest(
                (labels, (restarts, "0+1x60"), (killed, "1")),
                (labels, (restarts, "0+1x60"), (killed, "0")),
            ),
        ),
        owner.alert(
            "PodNotRunning",
            _of_service(
                'sum by (namespace, pod) (kube_pod_status_phase{phase=~"Pending|Unknown"}) > 0'
            ),
            "warning", f"{where} does not run",
            "It has been pending for a quarter of an hour: look at its events.",
            RuleTest((labels, (pending, "1")), (labels, (pending, "0"))), minutes=15,
        ),
        owner.alert(
            "ContainerCannotStart",
            _of_service(
                "sum by (namespace, pod, container, reason) "
                '(kube_pod_container_status_waiting_reason{reason!="ContainerCreating"}) > 0'
            ),
            "warning", f"{where} cannot start: {{{{ $labels.reason }}}}",
            "The container {{ $labels.container }} has been waiting for 10 minutes.",
            RuleTest((labels, (waiting, "1")), (labels, (waiting, "0"))), minutes=10,
        ),
    )  # fmt: skip


def _of_service(condition: str, kind: str = "pod") -> str:
    return f"({condition})\n* on (namespace, {kind}) group_left (service) {_service(kind)}"


def _replicas(owner: Owner) -> tuple[Alert, ...]:
    found = []
    for kind, wanted, ready in (
        ("Deployment", "kube_deployment_spec_replicas",
         "kube_deployment_status_replicas_available"),
        ("StatefulSet", "kube_statefulset_replicas", "kube_statefulset_status_replicas_ready"),
        ("DaemonSet", "kube_daemonset_status_desired_number_scheduled",
         "kube_daemonset_status_number_ready"),
    ):  # fmt: skip
        label = kind.lower()
        series = f'{{namespace="monitoring",{label}="x"}}'
        named = (f'kube_{label}_labels{{namespace="monitoring",{label}="x"}}', "1")
        by = f"by (namespace, {label})"
        alert = owner.alert(
            f"{kind}Incomplete", _of_service(f"sum {by} ({wanted}) > sum {by} ({ready})", label),
            "critical", f"{{{{ $labels.namespace }}}}/{{{{ $labels.{label} }}}} lacks pods",
            f"The {kind} has had fewer ready pods than it wants for a quarter of an hour.",
            RuleTest(
                (named, (f"{wanted}{series}", "1"), (f"{ready}{series}", "0")),
                (named, (f"{wanted}{series}", "1"), (f"{ready}{series}", "1")),
            ), minutes=15, liveness=True,
        )  # fmt: skip
        found.append(alert)
    return tuple(found)


_JOB_FAILED = """\
max by (namespace, job_name) (kube_job_failed{condition="true"}) > 0
unless on (namespace, job_name) (
    max by (namespace, job_name, owner_name) (
      kube_job_created * on (namespace, job_name) group_left (owner_name)
      max by (namespace, job_name, owner_name) (kube_job_owner{owner_kind="CronJob"})
    )
  < on (namespace, owner_name) group_left ()
    max by (namespace, owner_name) (label_replace(
      kube_cronjob_status_last_successful_time, "owner_name", "$1", "cronjob", "(.+)"
    ))
)"""
"""A CronJob keeps its last failed Jobs: each counts until a later run has succeeded.

Source of the metrics: kube-state-metrics, docs/metrics/workload/job-metrics.md and
cronjob-metrics.md.
"""


def _jobs(owner: Owner) -> tuple[Alert, ...]:
    job = 'namespace="data-pipeline",job_name="load-29"'
    failed = (f'kube_job_failed{{{job},condition="true"}}', "1")
    created = (f"kube_job_created{{{job}}}", "1000")
    owned = (f'kube_job_owner{{{job},owner_kind="CronJob",owner_name="load"}}', "1")
    success = 'kube_cronjob_status_last_successful_time{namespace="data-pipeline",cronjob="load"}'
    return (
        owner.alert(
            "JobFailed", _JOB_FAILED, "critical",
            "{{ $labels.namespace }}/{{ $labels.job_name }} failed",
            "The job has used up its attempts, and no later run of its CronJob has succeeded: read "
            "the logs of its pods.",
            RuleTest(
                (failed, created, owned, (success, "900")),
                (failed, created, owned, (success, "1100")),
            ), minutes=1,
        ),
    )  # fmt: skip


def _nodes(owner: Owner) -> tuple[Alert, ...]:
    ready = 'kube_node_status_condition{node="node-1",condition="Ready",status="true"}'
    pressure = 'kube_node_status_condition{node="node-1",condition="MemoryPressure",status="true"}'
    return (
        owner.alert(
            "NodeNotReady",
            'max by (node) (kube_node_status_condition{condition="Ready",status="true"}) == 0',
            "critical", "{{ $labels.node }} is not ready",
            "The kubelet has not reported for 5 minutes, or reports a fault.",
            RuleTest(((ready, "0"),), ((ready, "1"),)), minutes=5,
        ),
        owner.alert(
            "NodeUnderPressure",
            "max by (node, condition) (kube_node_status_condition"
            '{condition=~"MemoryPressure|DiskPressure|PIDPressure",status="true"}) == 1',
            "warning", "{{ $labels.node }} is under {{ $labels.condition }}",
            "The kubelet evicts pods, or soon will.",
            RuleTest(((pressure, "1"),), ((pressure, "0"),)), minutes=2,
        ),
    )  # fmt: skip
