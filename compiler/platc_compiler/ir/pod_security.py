"""Pod Security levels: which one a pod satisfies, and which one the pods of a namespace need.

Source: kubernetes.io/docs/concepts/security/pod-security-standards
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.ir.platform import Platform
from platc_compiler.ir.pods import HostPath, Pod

LEVELS = ("restricted", "baseline", "privileged")
"""From the strictest level to the one without restrictions."""

_BASELINE_CAPABILITIES = frozenset(
    {
        "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD",
        "NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
    }
)  # fmt: skip

_SAFE_SYSCTLS = frozenset(
    {
        "kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range",
        "net.ipv4.ip_local_reserved_ports", "net.ipv4.ip_unprivileged_port_start",
        "net.ipv4.ping_group_range", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl",
        "net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_rmem",
        "net.ipv4.tcp_syncookies", "net.ipv4.tcp_wmem",
    }
)  # fmt: skip
"""Those that the level baseline allows (k8s.io/pod-security-admission, policy/check_sysctls.go)."""


def level_of(pod: Pod) -> str:
    """Return the strictest level that a pod satisfies."""
    if pod.security is not None:
        return pod.security
    containers = (*pod.init, *pod.containers)
    capabilities = {name for container in containers for name in container.capabilities}
    host_path = any(isinstance(volume.source, HostPath) for volume in pod.volumes)
    if pod.host_network or pod.host_pid or host_path or capabilities - _BASELINE_CAPABILITIES:
        return "privileged"
    if any(name not in _SAFE_SYSCTLS for name, _ in pod.sysctls):
        return "privileged"
    root = pod.user == 0 or any(container.user == 0 for container in containers)
    if root or capabilities - {"NET_BIND_SERVICE"}:
        return "baseline"
    return "restricted"


def needed_levels(platform: Platform) -> dict[str, tuple[str, str]]:
    """Return, by namespace, the strictest level that all its pods satisfy, and who needs it."""
    needed = {namespace.name: (LEVELS[0], "") for namespace in platform.namespaces}
    for namespace, name, pod in _pods(platform):
        level = level_of(pod)
        if namespace in needed and LEVELS.index(level) > LEVELS.index(needed[namespace][0]):
            needed[namespace] = (level, name)
    return needed


def _pods(platform: Platform) -> Iterator[tuple[str, str, Pod]]:
    for workload in platform.workloads:
        yield workload.namespace, workload.name, workload.pod
    for runner in platform.runners:
        yield runner.namespace, f"{runner.service}-worker", runner.worker
    for pipeline in platform.pipelines:
        for task in pipeline.tasks:
            for pod in task.pods:
                yield pipeline.runner.namespace, f"{pipeline.name}.{task.name}", pod
