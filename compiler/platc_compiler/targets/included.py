"""Objects that somebody else wrote, with platc's labels, in the folder of their kind.

Their pods get the labels by which the policies select them, and the annotations that follow from
the platform. Everything else stays as it was written.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from platc_compiler.ir.labels import COMPONENT, INSTANCE, NAME
from platc_compiler.ir.platform import Included, Platform
from platc_compiler.ir.workloads import Workload, controller_kind
from platc_compiler.objects.labels import common_labels
from platc_compiler.objects.manifest import (
    CONFIG,
    CUSTOM,
    DEFINITIONS,
    POLICIES,
    RBAC,
    SECRETS,
    STORAGE,
    WORKLOADS,
    Artefacts,
    Manifest,
)
from platc_compiler.templating.templates import Templates

_FOLDERS = {
    "APIService": CUSTOM,
    "ClusterRole": RBAC,
    "ClusterRoleBinding": RBAC,
    "ConfigMap": CONFIG,
    "CustomResourceDefinition": DEFINITIONS,
    "LimitRange": POLICIES,
    # A webhook that nothing answers yet would keep the objects after it out.
    "MutatingWebhookConfiguration": CUSTOM,
    "NetworkPolicy": POLICIES,
    "PersistentVolume": STORAGE,
    "PersistentVolumeClaim": STORAGE,
    "PriorityClass": POLICIES,
    "ResourceQuota": POLICIES,
    "Role": RBAC,
    "RoleBinding": RBAC,
    "SealedSecret": SECRETS,
    "Secret": SECRETS,
    "ServiceAccount": RBAC,
    "StorageClass": STORAGE,
    "ValidatingWebhookConfiguration": CUSTOM,
}
"""The folder of a kind; other kinds of Kubernetes are workloads, and all others custom."""
_GROUPS_OF_KUBERNETES = frozenset({"", "apps", "autoscaling", "batch", "policy"})


def included(platform: Platform, _templates: Templates, _: Artefacts) -> Iterator[Manifest]:
    """Yield each included object."""
    workloads = {
        (w.namespace, controller_kind(w.controller), w.name): w
        for w in platform.workloads
        if w.selected_by
    }
    for found in platform.included:
        body = found.body
        kind = str(body["kind"])
        namespace, name = found.workload or ("", "")
        workload = workloads.get((namespace, kind, name))
        if workload is not None:
            body = _with_its_pods(body, workload, platform.name)
        yield Manifest(_folder(body), _labelled(body, found, platform.name), found.origin)


def _folder(body: dict[str, Any]) -> str:
    group = str(body["apiVersion"]).rpartition("/")[0]
    known = _FOLDERS.get(str(body["kind"]))
    if known is not None:
        return known
    return WORKLOADS if group in _GROUPS_OF_KUBERNETES or group.endswith(".k8s.io") else CUSTOM


def _labelled(body: dict[str, Any], found: Included, platform: str) -> dict[str, Any]:
    """Return an object with the recommended labels; who manages it is platc, not Helm."""
    metadata = body["metadata"]
    labels = {
        COMPONENT: str(body["kind"]).lower(), INSTANCE: found.entry, NAME: found.entry,
        **(metadata.get("labels") or {}), **common_labels(platform),
    }  # fmt: skip
    return {**body, "metadata": {**metadata, "labels": labels}}


def _with_its_pods(body: dict[str, Any], workload: Workload, platform: str) -> dict[str, Any]:
    if body["kind"] == "CronJob":
        job = body["spec"]["jobTemplate"]
        inner = _with_template(job, workload, platform)
        return {**body, "spec": {**body["spec"], "jobTemplate": inner}}
    return _with_template(body, workload, platform)


def _with_template(body: dict[str, Any], workload: Workload, platform: str) -> dict[str, Any]:
    """Return an object whose pod template has platc's labels and annotations."""
    template = body["spec"]["template"]
    about = template.get("metadata") or {}
    # A selector of the object may read the labels that it has itself.
    labels = {**common_labels(platform), **(about.get("labels") or {}), **dict(workload.selector)}
    about = {**about, "labels": dict(sorted(labels.items()))}
    annotations = {**(about.get("annotations") or {}), **dict(workload.pod.annotations)}
    if annotations:
        about["annotations"] = dict(sorted(annotations.items()))
    return {**body, "spec": {**body["spec"], "template": {**template, "metadata": about}}}
