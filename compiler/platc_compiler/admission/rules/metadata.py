"""The API server's rules of metadata.

Source: k8s.io/apimachinery/pkg/api/validation, ValidateObjectMeta, and the name function that
each kind passes to it (pkg/apis/*/validation); custom resources take any subdomain.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from platc_compiler.admission.rules import names
from platc_compiler.admission.rules.node import Finding, Node
from platc_compiler.admission.rules.selectors import labels
from platc_compiler.admission.rules.values import named, required_name
from platc_compiler.admission.wording import shown

CLUSTER_WIDE = frozenset(
    {
        "ClusterRole",
        "ClusterRoleBinding",
        "IngressClass",
        "Namespace",
        "PersistentVolume",
        "PriorityClass",
        "RuntimeClass",
        "StorageClass",
        "VolumeSnapshotClass",
        "VolumeSnapshotContent",
    }
)
"""The kinds, among those with an embedded schema, that have no namespace."""

NAME_CHECKS: Mapping[str, names.Check] = {
    "Namespace": names.label,
    "StatefulSet": names.label,
    "Service": names.service,
    "Endpoints": names.subdomain,
    "Role": names.path_segment,
    "RoleBinding": names.path_segment,
    "ClusterRole": names.path_segment,
    "ClusterRoleBinding": names.path_segment,
}
LONGEST_NAMES = {
    "CronJob": (52, "its Jobs' names add 11"),
    "Job": (63, "its pods carry it in a label"),
    "StatefulSet": (52, "its pods carry it with 11 more in a label"),
}
LARGEST_ANNOTATIONS = 256 * 1024


def name(manifest: Node) -> Iterator[Finding]:
    """An object has a name that its kind allows.

    The API server accepts a StatefulSet with a name of 63 characters, but then refuses its pods:
    the label controller-revision-hash is the name and a hash.
    """
    kind, given = manifest.at("kind").text or "", manifest.at("metadata", "name")
    yield from required_name(given, NAME_CHECKS.get(kind, names.subdomain))
    longest, reason = LONGEST_NAMES.get(kind, (None, ""))
    if longest and given.text and len(given.text) > longest:
        yield given.wrong(
            f"must have at most {longest} characters, has {len(given.text)}: {reason}"
        )


def namespace(manifest: Node) -> Iterator[Finding]:
    """An object names its namespace, unless its kind has none.

    Without one, kubectl puts the object into the namespace of its current context.
    """
    kind, given = manifest.at("kind").text or "", manifest.at("metadata", "namespace")
    if kind in CLUSTER_WIDE:
        if given.text is not None:
            yield given.wrong(f"must not be given: a {kind} belongs to no namespace")
    elif given.text is None:
        yield manifest.at("metadata").wrong("needs 'namespace'")
    else:
        yield from named(given, names.label)


def labels_and_annotations(manifest: Node) -> Iterator[Finding]:
    """Labels are valid; annotations have valid keys and do not exceed their total size."""
    metadata = manifest.at("metadata")
    yield from labels(metadata.at("labels"))
    size = 0
    for key, value in metadata.at("annotations").entries():
        if problem := names.annotation_key(key):
            yield value.wrong(f"the key {shown(key)} {problem}")
        if isinstance(value.value, str):
            size += len(key.encode()) + len(value.value.encode())
    if size > LARGEST_ANNOTATIONS:
        yield metadata.at("annotations").wrong(
            f"must be at most {LARGEST_ANNOTATIONS} bytes together, are {size}"
        )


RULES = (name, namespace, labels_and_annotations)
