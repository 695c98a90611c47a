"""The Pod Security level of a namespace, applied to its pods.

The API server stores the workload all the same, but refuses its pods. Source: the checks of
k8s.io/pod-security-admission/policy, in their newest version, without those for Windows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from platc_compiler.admission.rules.node import Finding, Node
from platc_compiler.admission.rules.pods import containers_of
from platc_compiler.admission.wording import shown

PodRule = Callable[[Node], Iterator[Finding]]

ENFORCED = "pod-security.kubernetes.io/enforce"
CAPABILITIES = frozenset(
    {
        "AUDIT_WRITE",
        "CHOWN",
        "DAC_OVERRIDE",
        "FOWNER",
        "FSETID",
        "KILL",
        "MKNOD",
        "NET_BIND_SERVICE",
        "SETFCAP",
        "SETGID",
        "SETPCAP",
        "SETUID",
        "SYS_CHROOT",
    }
)
VOLUMES = frozenset(
    {
        "configMap",
        "csi",
        "downwardAPI",
        "emptyDir",
        "ephemeral",
        "image",
        "persistentVolumeClaim",
        "projected",
        "secret",
    }
)
SYSCTLS = frozenset(
    {
        "kernel.shm_rmid_forced",
        "net.ipv4.ip_local_port_range",
        "net.ipv4.ip_local_reserved_ports",
        "net.ipv4.ip_unprivileged_port_start",
        "net.ipv4.ping_group_range",
        "net.ipv4.tcp_fin_timeout",
        "net.ipv4.tcp_keepalive_intvl",
        "net.ipv4.tcp_keepalive_probes",
        "net.ipv4.tcp_keepalive_time",
        "net.ipv4.tcp_rmem",
        "net.ipv4.tcp_syncookies",
        "net.ipv4.tcp_wmem",
    }
)
SELINUX_TYPES = frozenset(
    {"", "container_engine_t", "container_init_t", "container_kvm_t", "container_t"}
)
PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
HOOKS = (("lifecycle", "postStart"), ("lifecycle", "preStop"))


def violations(pod: Node, level: str) -> Iterator[Finding]:
    """Yield the parts of a pod that a Pod Security level forbids; `privileged` forbids nothing."""
    for rule in LEVELS.get(level, ()):
        for path, message in rule(pod):
            yield path, f"{message}: the namespace enforces {shown(level)}"


def _contexts(pod: Node) -> Iterator[Node]:
    yield pod.at("spec", "securityContext")
    for container, _ in containers_of(pod):
        yield container.at("securityContext")


def host_namespaces(pod: Node) -> Iterator[Finding]:
    """A pod does not share the network, processes or IPC of its node."""
    for key in ("hostNetwork", "hostPID", "hostIPC"):
        if pod.at("spec", key).value is True:
            yield pod.at("spec", key).wrong("must not be true")


def host_paths_and_ports(pod: Node) -> Iterator[Finding]:
    """A pod mounts no folder of its node and takes no port of it."""
    for volume in pod.each("spec", "volumes"):
        if volume.at("hostPath").is_set:
            yield volume.at("hostPath").wrong("must not be given")
    for container, _ in containers_of(pod):
        for port in container.each("ports"):
            if port.at("hostPort").value:
                yield port.at("hostPort").wrong("must not be given")


def host_of_probes(pod: Node) -> Iterator[Finding]:
    """Probes and hooks connect to the pod itself, not to another host."""
    for container, _ in containers_of(pod):
        for place in (*((key,) for key in PROBES), *HOOKS):
            for handler in ("httpGet", "tcpSocket"):
                host = container.at(*place, handler, "host")
                if host.text is not None:
                    yield host.wrong("must not be given")


def privileges(pod: Node) -> Iterator[Finding]:
    """Containers are not privileged and gain no capability beyond the usual ones."""
    for container, _ in containers_of(pod):
        context = container.at("securityContext")
        if context.at("privileged").value is True:
            yield context.at("privileged").wrong("must not be true")
        if context.at("procMount").text not in {None, "Default"}:
            yield context.at("procMount").wrong("must be 'Default'")
        for added in context.each("capabilities", "add"):
            if added.text not in CAPABILITIES:
                yield added.wrong(f"must not add the capability {shown(added.value)}")


def profiles(pod: Node) -> Iterator[Finding]:
    """The kernel's confinement is not turned off, and no unsafe sysctl is set."""
    for context in _contexts(pod):
        for key in ("seccompProfile", "appArmorProfile"):
            if context.at(key, "type").value == "Unconfined":
                yield context.at(key, "type").wrong("must not be 'Unconfined'")
        options = context.at("seLinuxOptions")
        if (options.at("type").text or "") not in SELINUX_TYPES:
            yield options.at("type").wrong(f"must not be {shown(options.at('type').value)}")
        for key in ("user", "role"):
            if options.at(key).text is not None:
                yield options.at(key).wrong("must not be given")
        for sysctl in context.each("sysctls"):
            if sysctl.at("name").text not in SYSCTLS:
                yield sysctl.at("name").wrong(f"must not be {shown(sysctl.at('name').value)}")


def volume_types(pod: Node) -> Iterator[Finding]:
    """Volumes are of the types that give no access beyond the pod."""
    for volume in pod.each("spec", "volumes"):
        for key, source in volume.entries():
            if key not in {"name", "hostPath", *VOLUMES} and source.is_set:
                yield source.wrong("must not be given")


def escalation(pod: Node) -> Iterator[Finding]:
    """Containers drop all capabilities, and cannot gain privileges while they run."""
    for container, _ in containers_of(pod):
        context = container.at("securityContext")
        if context.at("allowPrivilegeEscalation").value is not False:
            yield context.at("allowPrivilegeEscalation").wrong("must be false")
        if "ALL" not in context.at("capabilities", "drop").texts:
            yield context.at("capabilities", "drop").wrong("must hold 'ALL'")
        for added in context.each("capabilities", "add"):
            if added.text in CAPABILITIES - {"NET_BIND_SERVICE"}:
                yield added.wrong(f"must not add the capability {shown(added.value)}")


def not_root(pod: Node) -> Iterator[Finding]:
    """Containers do not run as root, and the kubelet enforces it.

    The rule does not apply to pods with a user namespace of their own (`hostUsers: false`).
    """
    if pod.at("spec", "hostUsers").value is False:
        return
    whole = pod.at("spec", "securityContext")
    for context in _contexts(pod):
        if context.at("runAsUser").number == 0:
            yield context.at("runAsUser").wrong("must not be 0")
        given = context.at("runAsNonRoot")
        inherited = whole.at("runAsNonRoot").value is True
        if given.value is False or (context != whole and not given.is_set and not inherited):
            yield given.wrong("must be true")


def seccomp(pod: Node) -> Iterator[Finding]:
    """Containers run under a seccomp profile, their own or the pod's."""
    whole = pod.at("spec", "securityContext", "seccompProfile", "type").text
    for container, _ in containers_of(pod):
        own = container.at("securityContext", "seccompProfile", "type")
        if own.text is None and whole is None:
            yield own.wrong("must be 'RuntimeDefault' or 'Localhost'")


BASELINE: tuple[PodRule, ...] = (
    host_namespaces,
    host_paths_and_ports,
    host_of_probes,
    privileges,
    profiles,
)
RESTRICTED: tuple[PodRule, ...] = (*BASELINE, volume_types, escalation, not_root, seccomp)
LEVELS = {"baseline": BASELINE, "restricted": RESTRICTED}
