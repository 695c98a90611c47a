"""The controllers of a platform, as ``kubectl`` names them."""

from __future__ import annotations

from msgspec import Struct

from platc_compiler.ir.network import Pods
from platc_compiler.ir.pipelines import Runner
from platc_compiler.ir.platform import Platform
from platc_compiler.ir.recovery import DatabaseBackup
from platc_compiler.ir.workloads import CronJob, DaemonSet, Deployment, StatefulSet, Workload


class Part(Struct, frozen=True):
    """A controller."""

    namespace: str
    kind: str
    name: str
    container: str
    replicas: int

    @property
    def reference(self) -> str:
        """Its name for kubectl: ``deployment/airflow-scheduler``."""
        return f"{self.kind}/{self.name}"

    @property
    def manifest(self) -> str:
        """The file below ``out/`` that contains it."""
        return f"out/manifests/50-workloads/{self.namespace}/{self.kind}-{self.name}.yaml"


_KINDS = {
    Deployment: "deployment",
    StatefulSet: "statefulset",
    DaemonSet: "daemonset",
    CronJob: "cronjob",
}


def part(workload: Workload) -> Part:
    """Return the controller of a workload."""
    return Part(
        workload.namespace, _KINDS.get(type(workload.controller), "job"), workload.name,
        workload.pod.containers[0].name, _replicas(workload),
    )  # fmt: skip


def _replicas(workload: Workload) -> int:
    """Return with how many pods it starts again; an autoscaler leaves one without pods alone."""
    if workload.scaling is not None:
        return max(1, workload.scaling.least)
    replicas: int = getattr(workload.controller, "replicas", 1)
    return replicas


def running(workloads: tuple[Workload, ...]) -> list[Part]:
    """Return the workloads that run permanently: kubectl can wait for their roll-out."""
    kinds = (Deployment, StatefulSet, DaemonSet)
    return [part(workload) for workload in workloads if isinstance(workload.controller, kinds)]


def of_service(platform: Platform, service: str) -> tuple[Workload, ...]:
    """Return the workloads of a service, without set-up jobs."""
    return tuple(
        w for w in platform.workloads if w.service == service and type(w.controller) in _KINDS
    )


def held_back(platform: Platform, backup: DatabaseBackup) -> list[Part]:
    """Return what must be absent until a database is restored.

    This is the CronJob that dumps it, and every workload that connects to it permanently or on a
    schedule.
    """
    kinds = (Deployment, StatefulSet, CronJob)
    clients = _clients(platform, backup.service)
    return [
        *(part(workload) for workload in clients if isinstance(workload.controller, kinds)),
        *(() if backup.operated else (Part(backup.namespace, "cronjob", backup.cronjob, "", 1),)),
    ]


def _clients(platform: Platform, service: str) -> list[Workload]:
    own = of_service(platform, service)
    targets = {workload.selector for workload in own}
    sources = {
        (edge.source.namespace, edge.source.labels)
        for edge in platform.edges
        if isinstance(edge.source, Pods)
        and isinstance(edge.target, Pods)
        and edge.target.labels in targets
        and edge.reason == "depends_on"
    }
    return [
        workload
        for workload in platform.workloads
        if (workload.namespace, workload.selector) in sources and workload.service != service
    ]


def scheduler(platform: Platform, runner: Runner) -> Part | None:
    """Return the controller of an orchestrator whose pods have its command line."""
    found = {w.component: part(w) for w in of_service(platform, runner.service)}
    return found.get("scheduler") or next(iter(found.values()), None)


def selector_text(labels: tuple[tuple[str, str], ...]) -> str:
    """Return labels as ``kubectl -l`` takes them."""
    return ",".join(f"{key}={value}" for key, value in labels)
