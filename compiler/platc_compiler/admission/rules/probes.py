"""The API server's rules of probes and lifecycle hooks.

Source: pkg/apis/core/validation, validateProbe, validateLivenessProbe, validateReadinessProbe,
validateStartupProbe, validateHandler, validateLifecycle.
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.admission.rules import names
from platc_compiler.admission.rules.node import Finding, Node
from platc_compiler.admission.rules.pods import containers_of
from platc_compiler.admission.rules.values import at_least, between, one_of, port, required_name
from platc_compiler.admission.wording import shown

OF_PROBES = ("exec", "grpc", "httpGet", "tcpSocket")
OF_HOOKS = ("exec", "httpGet", "sleep", "tcpSocket")
DEFAULT_GRACE = 30
"""Default seconds between SIGTERM and SIGKILL of a pod."""
COUNTS = (
    "initialDelaySeconds",
    "timeoutSeconds",
    "periodSeconds",
    "successThreshold",
    "failureThreshold",
)


def probes(container: Node) -> Iterator[Finding]:
    """Each probe has one handler and valid numbers."""
    for key in ("livenessProbe", "readinessProbe", "startupProbe"):
        probe = container.at(key)
        if not probe.is_set:
            continue
        yield from _handler(probe, OF_PROBES, container)
        for count in COUNTS:
            yield from at_least(probe.at(count), 0)
        grace, needed = probe.at("terminationGracePeriodSeconds"), probe.at("successThreshold")
        if key == "readinessProbe":
            if grace.is_set:
                yield grace.wrong("must not be given for a readiness probe")
        else:
            yield from at_least(grace, 1)
            if needed.number not in {None, 0, 1}:
                yield needed.wrong(f"must be 1 for this probe, is {needed.value}")


def sleeps(pod: Node) -> Iterator[Finding]:
    """A sleep hook is shorter than the pod's grace period."""
    grace = pod.at("spec", "terminationGracePeriodSeconds").number
    longest = DEFAULT_GRACE if grace is None else grace
    for container, _ in containers_of(pod):
        for key in ("postStart", "preStop"):
            yield from between(container.at("lifecycle", key, "sleep", "seconds"), 0, longest)


def hooks(container: Node) -> Iterator[Finding]:
    """Each lifecycle hook has one handler."""
    for key in ("postStart", "preStop"):
        hook = container.at("lifecycle", key)
        if hook.is_set:
            yield from _handler(hook, OF_HOOKS, container)


def _handler(node: Node, kinds: tuple[str, ...], container: Node) -> Iterator[Finding]:
    given = [kind for kind in kinds if node.at(kind).is_set]
    if len(given) != 1:
        has = " and ".join(given) or "none"
        yield node.wrong(f"needs exactly one of {', '.join(kinds)}, has {has}")
    if node.at("exec").is_set and not node.at("exec", "command").value:
        yield node.at("exec", "command").wrong("must not be empty")
    yield from one_of(node.at("httpGet", "scheme"), ("HTTP", "HTTPS"))
    for header in node.each("httpGet", "httpHeaders"):
        yield from required_name(header.at("name"), names.header_name)
    yield from between(node.at("grpc", "port"), 1, 65535)
    for kind in ("httpGet", "tcpSocket"):
        target = node.at(kind, "port")
        yield from port(target)
        known = {each.at("name").text for each in container.each("ports")}
        if target.text is not None and target.text not in known:
            yield target.wrong(f"no port of the container is named {shown(target.value)}")


RULES = (probes, hooks)
