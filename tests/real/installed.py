"""A platform installed on a real control plane, on nodes as large as it declares them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any
from urllib.parse import quote

import yaml

from platc_compiler.budget import moments
from platc_compiler.budget.demand import demand
from platc_compiler.budget.lines import pipelines_of
from platc_compiler.budget.load import Load
from platc_compiler.budget.nodes import nodes
from platc_compiler.budget.pods import size
from platc_compiler.budget.tasks import work
from platc_compiler.diagnostics import rendering as render
from platc_compiler.ir.platform import Platform
from platc_compiler.pipeline import compile_platform
from platc_compiler.source.beside import Folder
from platc_compiler.source.source import Source
from tests.real.control_plane import ControlPlane
from tests.real.custom_resources import define_custom_resources
from tests.real.fake_nodes import add_nodes, amounts

Object = dict[str, Any]

_CONTROLLERS = {"ReplicaSet", "StatefulSet", "DaemonSet"}


@dataclass(frozen=True)
class Installed:
    """A platform after ``kubectl apply``."""

    plane: ControlPlane
    platform: Platform
    objects: tuple[Object, ...]
    files: Mapping[str, str]
    """Everything that the platform compiles to."""
    applied: CompletedProcess[str]

    @property
    def namespaces(self) -> list[str]:
        """The namespaces of the platform."""
        return [body["metadata"]["name"] for body in self.objects if body["kind"] == "Namespace"]

    def of_kind(self, *kinds: str) -> list[Object]:
        """Return the objects that platc emits of some kinds."""
        return [body for body in self.objects if body["kind"] in kinds]

    def pods(self) -> list[Object]:
        """Return the pods of the platform's namespaces."""
        return [
            pod
            for pod in self.plane.list("/api/v1/pods")
            if pod["metadata"]["namespace"] in self.namespaces
        ]

    def unfinished(self) -> list[str]:
        """Return what is not yet as it is meant to be; it is all nothing but waiting."""
        found = [f"pod {_name(pod)} is {_state(pod)}" for pod in self.pods() if not _is_well(pod)]
        for kind in ("deployments", "statefulsets", "daemonsets"):
            found += [
                f"{kind} {_name(workload)}: {workload['status']}"
                for workload in self.plane.list(f"/apis/apps/v1/{kind}")
                if not _is_rolled_out(workload)
            ]
        return found

    def controlled(self) -> dict[str, str]:
        """Return the names of the pods that a roll-out replaces, by their UID."""
        return {
            pod["metadata"]["uid"]: _name(pod) for pod in self.pods() if _owner(pod) in _CONTROLLERS
        }

    def refused_by_quota(self) -> list[str]:
        """Return what events and conditions say of pods that could not be made."""
        found = [
            f"{event['involvedObject']['kind']} {_name(event)}: {event['message']}"
            for event in self.plane.list("/api/v1/events")
            if event.get("reason") == "FailedCreate" or "quota" in event.get("message", "")
        ]
        for workload in self.plane.list("/apis/apps/v1/deployments"):
            found += [
                f"{_name(workload)}: {condition['message']}"
                for condition in workload["status"].get("conditions", ())
                if condition["type"] == "ReplicaFailure"
            ]
        return found

    def start_worst_moment(self, mark: str) -> None:
        """Start by hand what comes and goes, as much at once as the budget counts."""
        for cron_job in self.of_kind("CronJob"):
            self.start_again({**cron_job["spec"]["jobTemplate"], "kind": "CronJob",
                              "metadata": cron_job["metadata"]}, mark)  # fmt: skip
        for index, (namespace, pod) in enumerate(self._tasks()):
            body = {**pod, "metadata": {**pod["metadata"], "name": f"task-{index}-{mark}"}}
            self.plane.create(f"/api/v1/namespaces/{namespace}/pods", body)

    def start_again(self, job: Object, mark: str) -> None:
        """Start a Job beside the one that was applied, or a run of a CronJob."""
        metadata = {"name": f"{job['metadata']['name'][:50]}-{mark}"}
        body = {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": job["spec"]}
        namespace = job["metadata"]["namespace"]
        self.plane.create(f"/apis/batch/v1/namespaces/{namespace}/jobs", body)

    def end_tasks(self) -> None:
        """Let the pods of tasks end, as they do after their work."""
        for pod in self.pods():
            if _owner(pod) is None:
                namespace, name = pod["metadata"]["namespace"], quote(pod["metadata"]["name"])
                answer = self.plane.ask("DELETE", f"/api/v1/namespaces/{namespace}/pods/{name}")
                assert answer.status == 200, answer

    def _tasks(self) -> Iterator[tuple[str, Object]]:
        """Yield the pods of the tasks of the worst moment for memory, with their namespaces."""
        space = demand(self.platform)
        comings = moments.single(space, moments.heaviest(space, "memory"))
        found = moments.within(space, comings).found[0]
        names = [coming.name for coming in found for _ in range(coming.times)]
        for runner, own in pipelines_of(self.platform):
            template = yaml.safe_load(self.files[f"pod-templates/{runner.service}.yaml"])
            for task in work(runner, own).tasks:
                name = f"{task.pipeline.name}.{task.task.name}"
                for _ in range(names.count(name)):
                    yield runner.namespace, template
                    for pod in task.pods[1:]:
                        one = size(pod)
                        yield runner.namespace, _bare_pod(one.requests, one.limits)


def install(plane: ControlPlane, file: Path, folder: Path) -> Installed:
    """Compile a platform and apply it, as its first lines say, to a cluster as it declares it."""
    result = compile_platform(
        Source(file.read_text(encoding="utf-8"), file.name, beside=Folder(file.parent))
    )
    assert not result.failed, render.as_text(result.diagnostics)
    assert result.platform is not None
    objects = []
    for name, text in result.files.items():
        if name.startswith("manifests/"):
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
            objects.append(yaml.safe_load(text))
    define_custom_resources(plane, objects)
    _provide(plane, objects)
    add_nodes(plane, nodes(result.platform.spec.cluster))
    applied = plane.kubectl(
        "apply", "--server-side", "--validate=strict", "-R", "-f", folder / "manifests"
    )
    return Installed(plane, result.platform, tuple(objects), result.files, applied)


def _provide(plane: ControlPlane, objects: list[Object]) -> None:
    """Create what a platform finds in a cluster: namespaces of others, and volumes."""
    own = {body["metadata"]["name"] for body in objects if body["kind"] == "Namespace"}
    used = {body["metadata"].get("namespace") for body in objects} - own - {None}
    for name in sorted(used):
        plane.apply(
            "/api/v1/namespaces",
            {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}},
        )
    plane.apply("/apis/storage.k8s.io/v1/storageclasses", _STORAGE_CLASS)
    for namespace, name, spec in _claims(objects):
        volume = {
            "apiVersion": "v1",
            "kind": "PersistentVolume",
            "metadata": {"name": f"{namespace}-{name}"},
            "spec": {
                "capacity": spec["resources"]["requests"],
                "accessModes": spec["accessModes"],
                "storageClassName": "standard",
                "hostPath": {"path": f"/volumes/{namespace}/{name}"},
                "claimRef": {"namespace": namespace, "name": name},
            },
        }
        plane.apply("/api/v1/persistentvolumes", volume)


_STORAGE_CLASS = {
    "apiVersion": "storage.k8s.io/v1",
    "kind": "StorageClass",
    "metadata": {
        "name": "standard",
        "annotations": {"storageclass.kubernetes.io/is-default-class": "true"},
    },
    "provisioner": "kubernetes.io/no-provisioner",
}


def _claims(objects: list[Object]) -> Iterator[tuple[str, str, Object]]:
    """Yield the namespace, name and spec of each claim that will be made of a volume."""
    for body in objects:
        namespace, name = body["metadata"].get("namespace"), body["metadata"]["name"]
        if body["kind"] == "PersistentVolumeClaim":
            yield namespace, name, body["spec"]
        if body["kind"] == "StatefulSet":
            for claim in body["spec"].get("volumeClaimTemplates", ()):
                for index in range(body["spec"]["replicas"]):
                    own = f"{claim['metadata']['name']}-{name}-{index}"
                    yield namespace, own, claim["spec"]


def _bare_pod(requests: Load, limits: Load) -> Object:
    """Return a pod that asks for so much, and may run in a namespace of the strictest kind."""
    container = {
        "name": "c",
        "image": "example.com/c:1",
        "resources": {
            "requests": {k: v for k, v in amounts(requests).items() if k != "pods"},
            "limits": {k: v for k, v in amounts(limits).items() if k != "pods"},
        },
        "securityContext": {
            "runAsNonRoot": True, "runAsUser": 1000, "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]}, "seccompProfile": {"type": "RuntimeDefault"},
        },
    }  # fmt: skip
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {}, "spec": {"containers": [container]}}


def _name(body: Object) -> str:
    return f"{body['metadata'].get('namespace')}/{body['metadata']['name']}"


def _owner(pod: Object) -> str | None:
    owners = pod["metadata"].get("ownerReferences")
    return str(owners[0]["kind"]) if owners else None


def _is_well(pod: Object) -> bool:
    if "deletionTimestamp" in pod["metadata"]:
        return False
    ready = any(
        condition["type"] == "Ready" and condition["status"] == "True"
        for condition in pod["status"].get("conditions", ())
    )
    return pod["status"]["phase"] == "Succeeded" or (pod["status"]["phase"] == "Running" and ready)


def _state(pod: Object) -> str:
    if "deletionTimestamp" in pod["metadata"]:
        return "ending"
    said = [
        condition["message"]
        for condition in pod["status"].get("conditions", ())
        if condition["status"] == "False" and condition.get("message")
    ]
    return f"{pod['status']['phase']}: {' '.join(said)}"


def _is_rolled_out(workload: Object) -> bool:
    """Say whether all pods of a workload are of its present template, and available."""
    status, spec = workload["status"], workload["spec"]
    if status.get("observedGeneration") != workload["metadata"]["generation"]:
        return False
    if "desiredNumberScheduled" in status:
        wanted = status["desiredNumberScheduled"]
        counts = [status.get(key, 0) for key in ("updatedNumberScheduled", "numberAvailable")]
    else:
        wanted = spec["replicas"]
        counts = [
            status.get(key, 0) for key in ("replicas", "updatedReplicas", "availableReplicas")
        ]
    return all(count == wanted for count in counts)
