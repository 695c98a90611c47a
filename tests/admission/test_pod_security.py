"""Pods against the level of Pod Security that their namespace enforces.

Each changed pod was put to a kube-apiserver 1.37.2, in namespaces of all three levels: it judged
alike.
"""

from __future__ import annotations

from typing import Any

import pytest

from platc_compiler.admission import rules as admission
from platc_compiler.admission.fault import Fault
from tests.admission.objects import Object, Path, changed

CONTAINER: Object = {
    "name": "a",
    "image": "a:1",
    "ports": [{"containerPort": 8080}],
    "livenessProbe": {"httpGet": {"port": 8080}},
    "securityContext": {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]},
    },
}
POD: Object = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "a", "namespace": "shop"},
    "spec": {
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": 1000,
            "seccompProfile": {"type": "RuntimeDefault"},
            "sysctls": [{"name": "net.ipv4.ip_unprivileged_port_start", "value": "80"}],
        },
        "initContainers": [{**CONTAINER, "name": "init", "ports": [], "livenessProbe": None}],
        "containers": [CONTAINER],
        "volumes": [{"name": "tmp", "emptyDir": {}}],
    },
}
WEB = ("spec", "containers", 0)
CONTEXT = (*WEB, "securityContext")
WHOLE = ("spec", "securityContext")

BASELINE: list[tuple[Path, Any, Path | None]] = [
    (("spec", "hostNetwork"), True, None),
    (("spec", "hostPID"), True, None),
    (("spec", "volumes", 0), {"name": "tmp", "hostPath": {"path": "/"}}, ("hostPath",)),
    ((*WEB, "ports", 0, "hostPort"), 8080, None),
    ((*WEB, "livenessProbe", "httpGet", "host"), "example.com", None),
    ((*CONTEXT, "capabilities", "add", 1), "NET_ADMIN", None),
    ((*CONTEXT, "seccompProfile"), {"type": "Unconfined"}, ("type",)),
    ((*WHOLE, "appArmorProfile"), {"type": "Unconfined"}, ("type",)),
    ((*WHOLE, "seLinuxOptions"), {"type": "spc_t"}, ("type",)),
    ((*WHOLE, "seLinuxOptions"), {"user": "system_u"}, ("user",)),
    ((*WHOLE, "sysctls", 0, "name"), "kernel.msgmax", None),
]
RESTRICTED: list[tuple[Path, Any, Path | None]] = [
    (("spec", "volumes", 0), {"name": "tmp", "nfs": {"server": "a", "path": "/"}}, ("nfs",)),
    ((*CONTEXT, "allowPrivilegeEscalation"), ..., None),
    ((*CONTEXT, "capabilities", "drop"), ["NET_RAW"], None),
    ((*CONTEXT, "capabilities", "add", 1), "CHOWN", None),
    ((*WHOLE, "runAsNonRoot"), False, None),
    ((*CONTEXT, "runAsNonRoot"), False, None),
]


def faults_at(level: str, pod: Object) -> list[Fault]:
    namespace = {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {
            "name": "shop",
            "labels": {"pod-security.kubernetes.io/enforce": level},
        },
    }
    return [fault for fault in admission.faults([namespace, pod]) if "enforces" in fault.message]


@pytest.mark.parametrize("level", ["privileged", "baseline", "restricted"])
def test_a_pod_of_the_strictest_level_is_accepted_at_every_level(level: str) -> None:
    assert faults_at(level, POD) == []


@pytest.mark.parametrize(("path", "value", "below"), BASELINE, ids=lambda v: str(v)[-40:])
def test_what_baseline_forbids_restricted_forbids_too(
    path: Path, value: object, below: Path | None
) -> None:
    pod = changed(POD, path, value)
    for level in ("baseline", "restricted"):
        assert (*path, *(below or ())) in [fault.path for fault in faults_at(level, pod)]
    assert faults_at("privileged", pod) == []


@pytest.mark.parametrize(("path", "value", "below"), RESTRICTED, ids=lambda v: str(v)[-40:])
def test_what_only_restricted_forbids(path: Path, value: object, below: Path | None) -> None:
    pod = changed(POD, path, value)
    assert (*path, *(below or ())) in [fault.path for fault in faults_at("restricted", pod)]
    assert faults_at("baseline", pod) == []


@pytest.mark.parametrize("key", ["runAsNonRoot", "seccompProfile"])
def test_what_the_pod_does_not_say_each_container_must(key: str) -> None:
    pod = changed(POD, (*WHOLE, key), ...)
    found = {fault.path[1] for fault in faults_at("restricted", pod)}
    assert found == {"containers", "initContainers"}
    assert faults_at("baseline", pod) == []


def test_the_message_names_the_level() -> None:
    pod = changed(POD, ("spec", "hostNetwork"), value=True)
    (fault,) = faults_at("baseline", pod)
    assert fault.message == "must not be true: the namespace enforces 'baseline'"


def test_root_inside_a_user_namespace_is_allowed() -> None:
    pod = changed(POD, ("spec", "hostUsers"), value=False)
    pod = changed(pod, WHOLE, {"seccompProfile": {"type": "RuntimeDefault"}, "runAsUser": 0})
    assert faults_at("restricted", pod) == []
