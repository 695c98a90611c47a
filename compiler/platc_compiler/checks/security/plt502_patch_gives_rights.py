"""A patch gives a pod more rights on its node than platc does.

Why: if a process runs as root, may write to its root file system, gains capabilities or has access
to the host, a fault in one program becomes a fault of the node.

Bad:
```yaml
patches:
  - target: { kind: Deployment, name: web }
    merge: { spec: { template: { spec: { hostNetwork: true } } } }
```

Good:
```yaml
patches:
  - target: { kind: Deployment, name: web }
    merge: { spec: { template: { spec: { terminationGracePeriodSeconds: 60 } } } }
```

Fix: remove the patch, or say why it is needed: ``# platc: allow PLT502 because REASON``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from platc_compiler.checks.patched import mapping, mappings, patched_pods
from platc_compiler.diagnostics import Diagnostic, warning
from platc_compiler.ir.platform import Platform
from platc_compiler.ir.pods import Container, HostPath, Pod
from platc_compiler.objects.manifest import Manifest

CODE = "PLT502"
_OF_THE_OPERATOR = frozenset({"bootstrap-controller", "pgbouncer"})
"""Containers of a Pooler: CloudNativePG puts contexts of its own in the place of theirs and of the
pod's (pkg/specs/pgbouncer/deployments.go of its release 1.30)."""


def check_objects(manifests: Sequence[Manifest], platform: Platform) -> Iterator[Diagnostic]:
    """Yield a warning for each right that a patched object has and its workload does not."""
    for pod in patched_pods(manifests, platform):
        given = _OF_THE_OPERATOR if pod.completed else frozenset()
        more = sorted(_of_spec(pod.spec, given) - _of_pod(pod.workload.pod))
        if more:
            what = f"the patch of {pod.manifest.kind} '{pod.manifest.name}'"
            yield warning(CODE, f"{what} lets its pods {_listed(more)}", pod.place)


def _listed(rights: list[str]) -> str:
    return f"{', '.join(rights[:-1])} and {rights[-1]}" if len(rights) > 1 else rights[0]


def _of_spec(spec: Mapping[str, Any], given: frozenset[str]) -> set[str]:
    """Return the rights of a pod; its operator decides those of the ``given`` containers."""
    rights = {
        right
        for field, right in (
            ("hostNetwork", "use the node's network"),
            ("hostPID", "see the node's processes"),
            ("hostIPC", "share the node's memory"),
        )
        if spec.get(field) is True
    }
    if any("hostPath" in volume for volume in mappings(spec, "volumes")):
        rights.add("reach the node's files")
    shared = {"runAsNonRoot": True} if given else mapping(spec, "securityContext")
    for container in (*mappings(spec, "initContainers"), *mappings(spec, "containers")):
        if container.get("name") not in given:
            rights |= _of_context({**shared, **mapping(container, "securityContext")})
    return rights


def _of_context(context: Mapping[str, Any]) -> set[str]:
    rights = set()
    if context.get("runAsUser") == 0 or context.get("runAsNonRoot") is not True:
        rights.add("run as root")
    if context.get("readOnlyRootFilesystem") is not True:
        rights.add("write their root file system")
    if context.get("privileged") is True:
        rights.add("run privileged")
    if context.get("allowPrivilegeEscalation") is not False:
        rights.add("gain privileges")
    added = mapping(context, "capabilities").get("add")
    rights |= {f"have the capability {name}" for name in added or () if isinstance(name, str)}
    return rights


def _of_pod(pod: Pod) -> set[str]:
    rights = {"use the node's network"} if pod.host_network else set()
    if pod.host_pid:
        rights.add("see the node's processes")
    if any(isinstance(volume.source, HostPath) for volume in pod.volumes):
        rights.add("reach the node's files")
    for container in (*pod.init, *pod.containers):
        rights |= _of_container(container, pod)
    return rights


def _of_container(container: Container, pod: Pod) -> set[str]:
    rights = {f"have the capability {name}" for name in container.capabilities}
    if (pod.user if container.user is None else container.user) == 0:
        rights.add("run as root")
    if container.writable_root:
        rights.add("write their root file system")
    return rights
