"""The objects of an entry of ``include``, each with its place, and the pods among them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from platc_compiler.diagnostics import Origin
from platc_compiler.lower.include.raw import Raw, mapping, text
from platc_compiler.objects.digests import data_digest
from platc_spec import include as spec

INCLUDE_LABEL, WORKLOAD_LABEL = "platc.dev/include", "platc.dev/workload"
"""The labels of included pods by which policies select them: a chart's own are not unique."""
CONTROLLERS = frozenset({"Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob"})
"""Kinds whose pods platc counts and connects."""
_LONGEST_LABEL = 63

WITHOUT_NAMESPACE = frozenset(
    {
        "APIService", "CSIDriver", "CSINode", "CertificateSigningRequest", "ClusterRole",
        "ClusterRoleBinding", "ComponentStatus", "CustomResourceDefinition", "DeviceClass",
        "FlowSchema", "GatewayClass", "IngressClass", "MutatingAdmissionPolicy",
        "MutatingAdmissionPolicyBinding", "MutatingWebhookConfiguration", "Namespace", "Node",
        "PersistentVolume", "PriorityClass", "PriorityLevelConfiguration", "ResourceSlice",
        "RuntimeClass", "StorageClass", "StorageVersionMigration", "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding", "ValidatingWebhookConfiguration", "VolumeAttachment",
        "VolumeAttributesClass", "VolumeSnapshotClass", "VolumeSnapshotContent",
    }
)  # fmt: skip
"""Kinds of objects outside of any namespace: ``kubectl api-resources --namespaced=false``."""


class Object(Struct, frozen=True):
    """An object of a file."""

    body: dict[str, Any]
    """With its namespace, if its kind has one."""
    origin: Origin
    """Its place: the file, then the document."""

    @property
    def kind(self) -> str:
        """The object's kind."""
        return text(self.body, "kind")

    @property
    def name(self) -> str:
        """The object's name."""
        return text(mapping(self.body, "metadata"), "name")

    @property
    def namespace(self) -> str:
        """The object's namespace, empty if it has none."""
        return text(mapping(self.body, "metadata"), "namespace")

    @property
    def pod(self) -> Raw:
        """The ``spec`` of its pods, empty if it makes none."""
        return mapping(template(self.body), "spec") if self.kind in CONTROLLERS else {}

    @property
    def pod_path(self) -> Origin:
        """Where the ``spec`` of its pods is."""
        job = ("spec", "jobTemplate") if self.kind == "CronJob" else ()
        return (*self.origin, *job, "spec", "template", "spec")


def template(body: Raw) -> Raw:
    """Return the pod template of an object."""
    job = mapping(body, "spec", "jobTemplate") if body.get("kind") == "CronJob" else body
    return mapping(job, "spec", "template")


def objects(name: str, entry: spec.Include, namespace: str) -> tuple[Object, ...]:
    """Return the objects of an entry, those in a List one by one.

    Args:
        name: the entry's.
        entry: the entry.
        namespace: of objects that state none and need one.
    """
    stated = tuple(_stated(name, entry))
    definitions = [
        mapping(each.body, "spec") for each in stated if each.kind == "CustomResourceDefinition"
    ]
    cluster = {
        (text(defined, "group"), text(mapping(defined, "names"), "kind"))
        for defined in definitions
        if text(defined, "scope") == "Cluster"
    }
    return tuple(_placed(each, namespace, cluster) for each in stated)


def _stated(name: str, entry: spec.Include) -> Iterator[Object]:
    for index, files in enumerate(entry.files):
        for path, documents in files.items():
            for number, document in enumerate(documents):
                place: Origin = ("services", name, "files", index, path, number)
                if isinstance(document, dict) and _is_list(document):
                    for item, body in enumerate(document["items"]):
                        if isinstance(body, dict):
                            yield Object(body, (*place, "items", item))
                elif isinstance(document, dict):
                    yield Object(document, place)


def _is_list(document: Mapping[str, Any]) -> bool:
    return document.get("kind") == "List" and isinstance(document.get("items"), list)


def _placed(found: Object, namespace: str, cluster: set[tuple[str, str]]) -> Object:
    group = text(found.body, "apiVersion").rpartition("/")[0]
    about = found.body.get("metadata")
    outside = (
        found.kind in WITHOUT_NAMESPACE
        or (group, found.kind) in cluster
        # Its definition is not here; the API server refuses the namespace if this is wrong.
        or ("." in group and found.kind.startswith("Cluster"))
    )
    if outside or not isinstance(about, dict) or about.get("namespace") is not None:
        return found
    return Object({**found.body, "metadata": {**about, "namespace": namespace}}, found.origin)


def pod_labels(entry: str, found: Object) -> tuple[tuple[str, str], ...]:
    """Return the labels that select the pods of an object and no others."""
    own = f"{found.kind.lower()}-{found.name}"
    if len(own) > _LONGEST_LABEL:
        digest = data_digest(own)
        own = f"{own[: _LONGEST_LABEL - len(digest) - 1].rstrip('-.')}-{digest}"
    return ((INCLUDE_LABEL, entry), (WORKLOAD_LABEL, own))
