"""What included objects may do beyond the platform's namespaces and their own pods."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from platc_compiler.diagnostics import Origin
from platc_compiler.lower.include.objects import Object, template
from platc_compiler.lower.include.raw import mapping, text

_CLUSTER = {
    "ClusterRole": "states rights in every namespace",
    "ClusterRoleBinding": "gives rights in every namespace",
}
_WEBHOOKS = {
    "APIService": "answers a part of the API",
    "MutatingAdmissionPolicy": "changes objects of the cluster",
    "MutatingAdmissionPolicyBinding": "changes objects of the cluster",
    "MutatingWebhookConfiguration": "changes objects of the cluster",
    "ValidatingAdmissionPolicy": "refuses objects of the cluster",
    "ValidatingAdmissionPolicyBinding": "refuses objects of the cluster",
    "ValidatingWebhookConfiguration": "refuses objects of the cluster",
}
_OF_PODS = {
    "hostIPC": ("host_ipc", "shares the memory of its node"),
    "hostNetwork": ("host_network", "uses the network of its node, where no policy holds"),
    "hostPID": ("host_pid", "sees the processes of its node"),
    "hostPath": ("host_path", "reads the files of its node"),
    "hostPort": ("host_port", "takes a port of its node"),
}
"""By the field: the word that allows it, and what it means."""


class Right(Struct, frozen=True):
    """A right that needs a reason."""

    word: str
    """The word of ``allow``."""
    meaning: str
    object: Object
    path: Origin


def rights(found: Sequence[Object]) -> Iterator[Right]:
    """Yield each right of each object that needs a reason."""
    for each in found:
        kind = each.kind
        if kind in _CLUSTER:
            yield Right("cluster_rights", _CLUSTER[kind], each, (*each.origin, "kind"))
        elif kind in _WEBHOOKS:
            yield Right("webhooks", _WEBHOOKS[kind], each, (*each.origin, "kind"))
        elif kind == "CustomResourceDefinition":
            converted = mapping(each.body, "spec", "conversion")
            if text(converted, "strategy") == "Webhook":
                where = (*each.origin, "spec", "conversion", "strategy")
                yield Right("webhooks", "converts objects of the cluster", each, where)
        if each.pod:
            yield from _of_pods(each)


def _of_pods(found: Object) -> Iterator[Right]:
    """Yield what the Pod Security level baseline forbids."""
    from platc_compiler.admission.rules.node import Node
    from platc_compiler.admission.rules.pod_security import violations

    for path, message in violations(Node(template(found.body)), "baseline"):
        field = next((step for step in path if step in _OF_PODS), "")
        what = message.partition(": the namespace")[0]
        usual = ("privileged", f"may harm its node: {'.'.join(map(str, path[-2:]))} {what}")
        word, meaning = _OF_PODS.get(str(field), usual)
        yield Right(word, meaning, found, (*found.pod_path[:-1], *path))
