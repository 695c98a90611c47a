"""The API server's rules of security contexts.

Source: pkg/apis/core/validation, ValidateSecurityContext, validatePodSpecSecurityContext,
validateSeccompProfileField. The API server accepts `runAsNonRoot` together with user 0; every
kubelet then refuses the container (pkg/kubelet/kuberuntime/security_context.go).
"""

from __future__ import annotations

from collections.abc import Iterator

from platc_compiler.admission.rules.containers import relative_path
from platc_compiler.admission.rules.node import Finding, Node
from platc_compiler.admission.rules.pods import containers_of
from platc_compiler.admission.rules.values import between, one_of

LARGEST_ID = 2**31 - 1


def contexts(pod: Node) -> Iterator[Finding]:
    """Security contexts of the pod and of each container."""
    whole = pod.at("spec", "securityContext")
    yield from _common(whole)
    yield from between(whole.at("fsGroup"), 0, LARGEST_ID)
    for group in whole.each("supplementalGroups"):
        yield from between(group, 0, LARGEST_ID)
    yield from one_of(whole.at("fsGroupChangePolicy"), ("OnRootMismatch", "Always"))
    yield from one_of(whole.at("supplementalGroupsPolicy"), ("Merge", "Strict"))
    for container, _ in containers_of(pod):
        own = container.at("securityContext")
        yield from _common(own)
        yield from _escalation(own)
        yield from _root(own, whole)


def _common(context: Node) -> Iterator[Finding]:
    for key in ("runAsUser", "runAsGroup"):
        yield from between(context.at(key), 0, LARGEST_ID)
    for key in ("seccompProfile", "appArmorProfile"):
        profile = context.at(key)
        if not profile.is_set:
            continue
        if profile.at("type").text is None:
            yield profile.at("type").wrong("must not be empty")
        yield from one_of(profile.at("type"), ("RuntimeDefault", "Localhost", "Unconfined"))
        local = profile.at("localhostProfile")
        if (profile.at("type").value == "Localhost") != local.is_set:
            yield profile.wrong("needs 'localhostProfile' with the type Localhost, and only then")
        if key == "seccompProfile":
            yield from relative_path(local)


def _escalation(context: Node) -> Iterator[Finding]:
    if context.at("allowPrivilegeEscalation").value is not False:
        return
    if context.at("privileged").value is True:
        yield context.at("privileged").wrong("must not be true without allowPrivilegeEscalation")
    if "CAP_SYS_ADMIN" in context.at("capabilities", "add").texts:
        yield context.at("capabilities", "add").wrong(
            "must not hold CAP_SYS_ADMIN without allowPrivilegeEscalation"
        )


def _root(own: Node, whole: Node) -> Iterator[Finding]:
    def effective(key: str) -> Node:
        return own.at(key) if own.at(key).is_set else whole.at(key)

    user = effective("runAsUser")
    if effective("runAsNonRoot").value is True and user.value == 0:
        yield user.wrong("must not be 0 while runAsNonRoot is true")


RULES = (contexts,)
