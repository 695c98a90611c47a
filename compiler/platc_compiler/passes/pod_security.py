"""The Pod Security level of each namespace: the strictest that its pods satisfy.

Source: kubernetes.io/docs/concepts/security/pod-security-standards
"""

from __future__ import annotations

from dataclasses import replace

from platc_compiler.ir.platform import Platform
from platc_compiler.ir.pods import HostPath, Pod

_BASELINE_CAPABILITIES = frozenset(
    {
        "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD",
        "NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
    }
)  # fmt: skip
_LEVELS = ("restricted", "baseline", "privileged")


def pod_security(platform: Platform) -> Platform:
    """Fill in the level of each namespace that states none."""
    worst = {namespace.name: 0 for namespace in platform.namespaces}
    for workload in platform.workloads:
        level = _LEVELS.index(level_of(workload.pod))
        worst[workload.namespace] = max(worst.get(workload.namespace, 0), level)
    return replace(
        platform,
        namespaces=tuple(
            replace(n, pod_security=n.pod_security or _LEVELS[worst[n.name]]) for n in platform.namespaces
        ),
    )


def level_of(pod: Pod) -> str:
    """Return the strictest level that a pod satisfies."""
    capabilities = {c for container in (*pod.init, *pod.containers) for c in container.capabilities}
    host = pod.host_network or pod.host_pid or any(isinstance(v.source, HostPath) for v in pod.volumes)
    if host or capabilities - _BASELINE_CAPABILITIES:
        return "privileged"
    root = pod.user == 0 or any(c.user == 0 for c in (*pod.init, *pod.containers))
    if root or capabilities - {"NET_BIND_SERVICE"}:
        return "baseline"
    return "restricted"
