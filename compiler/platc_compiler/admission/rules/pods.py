"""The places of pods in objects, and the API server's rules of a whole pod.

Source: pkg/apis/core/validation, ValidatePodSpec, validateContainers, validateInitContainers,
validatePodHostNetworkDeps, ValidateTolerations, ValidateHostAliases.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.admission.rules import names
from platc_compiler.admission.rules.node import Finding, Node
from platc_compiler.admission.rules.quantities import requirements
from platc_compiler.admission.rules.selectors import labels
from platc_compiler.admission.rules.values import (
    at_least,
    between,
    duplicates,
    named,
    one_of,
    required_name,
)
from platc_compiler.admission.wording import shown

TEMPLATES = {
    "Pod": (),
    "Deployment": ("spec", "template"),
    "StatefulSet": ("spec", "template"),
    "DaemonSet": ("spec", "template"),
    "ReplicaSet": ("spec", "template"),
    "Job": ("spec", "template"),
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
}
"""Path to the pod, or to the template of pods, in each kind that has one."""

LARGEST_INT32 = 2**31 - 1


def pod_of(manifest: Node) -> Node:
    """Return the pod or pod template of an object, which has `metadata` and `spec`."""
    return manifest.at(*TEMPLATES[manifest.at("kind").value])


def containers_of(pod: Node) -> Iterator[tuple[Node, bool]]:
    """Yield each container and whether it is an init container that ends before the others run."""
    for container in pod.each("spec", "containers"):
        yield container, False
    for container in pod.each("spec", "initContainers"):
        yield container, container.at("restartPolicy").value != "Always"


def has_containers(pod: Node) -> Iterator[Finding]:
    """A pod has at least one container, and no two of all its containers share a name."""
    if not pod.at("spec", "containers").value:
        yield pod.at("spec", "containers").wrong("must hold at least one container")
    yield from duplicates(
        (container.at("name") for container, _ in containers_of(pod)), "the container"
    )


def metadata_of_template(pod: Node) -> Iterator[Finding]:
    """Labels and annotations of a template follow the rules of any object."""
    yield from labels(pod.at("metadata", "labels"))
    for key, value in pod.at("metadata", "annotations").entries():
        if problem := names.annotation_key(key):
            yield value.wrong(f"the key {shown(key)} {problem}")


def policies(pod: Node) -> Iterator[Finding]:
    """Fields of a pod with a fixed set of values."""
    spec = pod.at("spec")
    yield from one_of(spec.at("restartPolicy"), ("Always", "OnFailure", "Never"))
    yield from one_of(
        spec.at("dnsPolicy"), ("ClusterFirst", "ClusterFirstWithHostNet", "Default", "None")
    )
    yield from one_of(spec.at("preemptionPolicy"), ("PreemptLowerPriority", "Never"))
    if spec.at("dnsPolicy").value == "None" and not spec.at("dnsConfig", "nameservers").value:
        yield spec.at("dnsPolicy").wrong("needs at least one of dnsConfig.nameservers")


def names_of_pod(pod: Node) -> Iterator[Finding]:
    """Names of a pod, and names by which it refers to other objects."""
    spec = pod.at("spec")
    for key in ("serviceAccountName", "priorityClassName", "nodeName", "runtimeClassName"):
        yield from named(spec.at(key), names.subdomain)
    for key in ("hostname", "subdomain"):
        yield from named(spec.at(key), names.label)
    yield from labels(spec.at("nodeSelector"))
    yield from duplicates(
        (secret.at("name") for secret in spec.each("imagePullSecrets")), "the secret"
    )


def times(pod: Node) -> Iterator[Finding]:
    """Durations of a pod, in seconds."""
    spec = pod.at("spec")
    yield from at_least(spec.at("terminationGracePeriodSeconds"), 0)
    yield from between(spec.at("activeDeadlineSeconds"), 1, LARGEST_INT32)


def host_network(pod: Node) -> Iterator[Finding]:
    """On the host's network, a host port equals the container's port."""
    if pod.at("spec", "hostNetwork").value is not True:
        return
    for container in pod.each("spec", "containers"):
        for port in container.each("ports"):
            at_host, inside = port.at("hostPort"), port.at("containerPort")
            if at_host.number is not None and at_host.value != inside.value:
                yield at_host.wrong(
                    f"must be the containerPort {inside.value} on the host's network, "
                    f"is {at_host.value}"
                )


def tolerations(pod: Node) -> Iterator[Finding]:
    """Tolerations of a pod."""
    for toleration in pod.each("spec", "tolerations"):
        key, operator = toleration.at("key"), toleration.at("operator")
        value, effect = toleration.at("value"), toleration.at("effect")
        yield from named(key, names.label_key)
        yield from one_of(operator, ("Equal", "Exists", "Lt", "Gt"))
        yield from one_of(effect, ("NoSchedule", "PreferNoSchedule", "NoExecute"))
        if key.text is None and operator.value != "Exists":
            yield operator.wrong("must be 'Exists' when there is no key")
        if operator.value == "Exists" and value.text is not None:
            yield value.wrong("must not be given with the operator Exists")
        if operator.text in {None, "Equal"}:
            yield from named(value, names.label_value)
        if toleration.at("tolerationSeconds").is_set and effect.value != "NoExecute":
            yield effect.wrong("must be 'NoExecute' when tolerationSeconds is given")


def host_aliases(pod: Node) -> Iterator[Finding]:
    """Entries that a pod adds to its hosts file are valid."""
    from ipaddress import ip_address

    for alias in pod.each("spec", "hostAliases"):
        try:
            ip_address(alias.at("ip").value or "")
        except ValueError:
            yield alias.at("ip").wrong(f"must be an IP address, is {shown(alias.at('ip').value)}")
        for host in alias.each("hostnames"):
            yield from required_name(host, names.subdomain)


def resources_of_pod(pod: Node) -> Iterator[Finding]:
    """Resources of a whole pod."""
    yield from requirements(pod.at("spec", "resources"))


def init_containers(pod: Node) -> Iterator[Finding]:
    """An ordinary init container has neither probes nor lifecycle hooks."""
    for container, ends in containers_of(pod):
        for key in ("lifecycle", "livenessProbe", "readinessProbe", "startupProbe"):
            if ends and container.at(key).is_set:
                yield container.at(key).wrong(
                    "must not be given for an init container without restartPolicy Always"
                )


RULES = (
    has_containers,
    metadata_of_template,
    policies,
    names_of_pod,
    times,
    host_network,
    tolerations,
    host_aliases,
    resources_of_pod,
    init_containers,
)
