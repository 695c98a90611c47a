"""The controller of a ``workload``."""

from __future__ import annotations

from datetime import timedelta

from platc_compiler.ir.workloads import (
    Controller,
    CronJob,
    DaemonSet,
    Deployment,
    Job,
    StatefulSet,
)
from platc_spec.kinds import workload as spec


def controller(service: spec.Workload) -> Controller:
    """Return the controller of the pods: a CronJob if there is a schedule."""
    if service.schedule is not None:
        return CronJob(
            schedule=service.schedule, job=_job(service), suspended=service.suspended,
            time_zone=service.time_zone, replaces=service.concurrency == "Replace",
            kept=service.history.successful, kept_failed=service.history.failed,
        )  # fmt: skip
    match service.controller:
        case "Job":
            return _job(service)
        case "DaemonSet":
            return DaemonSet()
        case "StatefulSet":
            return StatefulSet(replicas=_most(service))
        case "Deployment":
            recreate = service.strategy == "Recreate" or _on_one_node(service)
            return Deployment(replicas=_most(service), recreate=recreate)


def _on_one_node(service: spec.Workload) -> bool:
    """Return whether it has a volume that the pods of one node alone can mount."""
    return any(
        volume.lasting and volume.access != "ReadWriteMany" for volume in service.volumes.values()
    )


def _most(service: spec.Workload) -> int:
    """Return how many pods there are, or can be where they are scaled."""
    return service.autoscale.max if service.autoscale else service.replicas


def _job(service: spec.Workload) -> Job:
    return Job(retries=service.retries, deadline=service.deadline or timedelta(hours=1))


def runs_to_its_end(service: spec.Workload) -> bool:
    """Return whether the pods end by themselves."""
    return service.schedule is not None or service.controller == "Job"
