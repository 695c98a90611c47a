"""The PriorityClass of what runs on every node.

A pod of a DaemonSet can run on one node only. When that node is full, it stays Pending, unless the
scheduler may move other pods away for it: those find room elsewhere, as the budget has shown. That
takes a priority above theirs, which is 0.

The class is the platform's own. ``system-node-critical`` is allowed in every namespace since
Kubernetes 1.17, but not where an administrator limits it by quota (the admission plugin
ResourceQuota with ``limitedResources``), as GKE does outside of kube-system.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.ir.platform import Platform
from platc_compiler.ir.workloads import DaemonSet, Workload
from platc_compiler.objects.manifest import POLICIES, Manifest
from platc_compiler.targets.kubernetes.metadata import metadata
from platc_compiler.templating.templates import Templates

_VALUE = 1_000_000
"""Above pods without a class (0), and far below those of the system (2,000,000,000)."""
_DESCRIPTION = "Pods that run on every node: others make room for them."


def priority(platform: Platform, workload: Workload) -> str | None:
    """Return the class of a workload's pods, ``None`` for those without one."""
    # The class has no namespace to tell two platforms apart.
    on_every_node = isinstance(workload.controller, DaemonSet) and not workload.selected_by
    return f"{platform.name}-node-agents" if on_every_node else None


def priority_manifests(platform: Platform, templates: Templates) -> Iterator[Manifest]:
    """Yield the class when a workload has it."""
    for workload in platform.workloads:
        if workload.pod.priority_class is not None:
            continue
        name = priority(platform, workload)
        if name is not None:
            body = templates.data(
                "kubernetes/priorityclass.yaml.j2",
                metadata=metadata(templates, name, None, {}), value=_VALUE,
                description=_DESCRIPTION,
            )  # fmt: skip
            yield Manifest(POLICIES, body, workload.origin)
            return
