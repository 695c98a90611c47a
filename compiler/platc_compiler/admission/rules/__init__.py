"""Rules by which a cluster refuses objects that their JSON Schemas accept.

Each rule is a small function over one object, one pod, one container or all objects. It is listed
in one of the tuples here or in its module; its docstring states the rule. Rules follow Kubernetes'
own validation (`pkg/apis/*/validation` of Kubernetes 1.37). Where a rule goes beyond it, its
docstring names the component that refuses the object later.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from platc_compiler.admission.fault import Fault, order
from platc_compiler.admission.rules import (
    containers,
    jobs,
    metadata,
    platform,
    pods,
    policies,
    probes,
    quantities,
    rbac,
    scheduling,
    security,
    services,
    storage,
    velero,
    volumes,
    workloads,
)
from platc_compiler.admission.rules.node import Finding, Node, Rule

CONTAINER_RULES: tuple[Rule, ...] = (*containers.RULES, *probes.RULES)
POD_RULES: tuple[Rule, ...] = (
    *pods.RULES,
    *volumes.RULES,
    *security.RULES,
    *scheduling.RULES,
    probes.sleeps,
)
RUNNING: tuple[Rule, ...] = (
    volumes.mounted_volumes_exist,
    workloads.selects_its_pods,
    workloads.always_restarts,
    workloads.counts,
)
ENDING: tuple[Rule, ...] = (volumes.mounted_volumes_exist, jobs.ends)
KIND_RULES: Mapping[str, tuple[Rule, ...]] = {
    "Backup": (velero.backup,),
    "BackupStorageLocation": (velero.storage_location,),
    "ClusterRole": (rbac.role,),
    "ClusterRoleBinding": (rbac.binding,),
    "ConfigMap": (storage.config_map,),
    "CronJob": (*ENDING, jobs.cron_job),
    "DaemonSet": (*RUNNING, workloads.daemon_set_strategy),
    "Deployment": (*RUNNING, workloads.deployment_strategy),
    "HorizontalPodAutoscaler": (workloads.autoscaler,),
    "Ingress": (services.ingress,),
    "Job": (*ENDING, jobs.job),
    "LimitRange": (quantities.limit_range,),
    "NetworkPolicy": (policies.network_policy,),
    "PersistentVolume": (storage.volume,),
    "PersistentVolumeClaim": (storage.claim,),
    "Pod": (volumes.mounted_volumes_exist,),
    "PodDisruptionBudget": (workloads.budget,),
    "PriorityClass": (storage.priority_class,),
    "ReplicaSet": RUNNING,
    "ResourceQuota": (quantities.quota,),
    "Restore": (velero.restore,),
    "Role": (rbac.role,),
    "RoleBinding": (rbac.binding,),
    "Schedule": (velero.velero_schedule,),
    "SealedSecret": (storage.sealed_secret,),
    "Secret": (storage.secret,),
    "Service": (services.service, services.service_ports),
    "StatefulSet": (*RUNNING, workloads.stateful_set, storage.claim_templates),
    "StorageClass": (storage.storage_class,),
}


def faults(manifests: Sequence[Mapping[str, object]]) -> Iterator[Fault]:
    """Yield the reasons why a cluster would refuse objects, object by object, then by path."""
    nodes = [Node(cast("object", manifest)) for manifest in manifests]
    together: dict[int, list[Finding]] = {}
    for rule in platform.RULES:
        for index, finding in rule(nodes):
            together.setdefault(index, []).append(finding)
    for index, node in enumerate(nodes):
        found = {*_of_object(node), *together.get(index, ())}
        for path, message in sorted(found, key=lambda each: (order(each[0]), each[1])):
            yield Fault(index, path, message)


def faults_alone(manifests: Sequence[Mapping[str, object]]) -> Iterator[Fault]:
    """Yield the reasons why a cluster would refuse objects each by itself."""
    for index, manifest in enumerate(manifests):
        found = {*_of_object(Node(cast("object", manifest)))}
        for path, message in sorted(found, key=lambda each: (order(each[0]), each[1])):
            yield Fault(index, path, message)


def warnings(manifests: Sequence[Mapping[str, object]]) -> Iterator[Fault]:
    """Yield the faults that a cluster accepts although the author can hardly want them."""
    nodes = [Node(cast("object", manifest)) for manifest in manifests]
    for rule in platform.WARNINGS:
        for index, (path, message) in rule(nodes):
            yield Fault(index, path, message)


def _of_object(manifest: Node) -> Iterator[Finding]:
    kind = manifest.at("kind").value
    if not isinstance(kind, str):
        return
    for rule in (*metadata.RULES, *KIND_RULES.get(kind, ())):
        yield from rule(manifest)
    if kind in pods.TEMPLATES:
        pod = pods.pod_of(manifest)
        for rule in POD_RULES:
            yield from rule(pod)
        for container, _ in pods.containers_of(pod):
            for rule in CONTAINER_RULES:
                yield from rule(container)
